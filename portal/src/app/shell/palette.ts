import {
  afterNextRender,
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  inject,
  input,
  linkedSignal,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { Router } from '@angular/router';
import type { TicketListItem } from '@cpe-desk/contract';
import { words } from '../words/words.ts';
import { findTickets } from './find-client.ts';
import { Icon } from './icon.ts';
import { LabelScan } from './label-scan.ts';
import { Newest } from './newest.ts';
import { usePages } from './pages.ts';
import { type Entry, matching, seemsToBeOfTicket } from './palette-entries.ts';
import { readRecentTickets, recentTickets } from './recent-tickets.ts';
import { searchTerms } from './search-terms.ts';
import { shortcuts } from './shortcuts.ts';

/** Typing pauses this long before tickets are searched, ms. */
const PAUSE = 200;
const SHORTEST = 3;

/** Goes to a page or a ticket, or does what the page can do, by a few letters of its name. */
@Component({
  selector: 'cpe-palette',
  imports: [Icon, LabelScan],
  template: `
    <dialog #dialog class="palette" [attr.aria-label]="words().frame.palette" (close)="closed.emit()" (click)="leave($event)">
      <div class="palette-search">
        <cpe-icon name="search" />
        <input #box type="text" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list" autocomplete="off" spellcheck="false"
          [attr.aria-label]="words().frame.palette" [attr.aria-activedescendant]="active()?.id" [placeholder]="words().frame.searchOrGo"
          (input)="type(box.value)" (keydown)="press($event)" />
        @if (canScan) {
          <button type="button" class="button quiet" [title]="words().frame.scan.open" [attr.aria-label]="words().frame.scan.open" (click)="isScanning.set(true)"><cpe-icon name="scan" /></button>
        }
      </div>
      <ul id="palette-list" role="listbox" [attr.aria-label]="words().frame.palette">
        @for (entry of entries(); track entry.id) {
          <li role="option" [id]="entry.id" [attr.aria-selected]="entry.id === active()?.id" (click)="run(entry)">
            <cpe-icon [name]="entry.icon" /> <span class="palette-text">{{ entry.text }}</span> <span class="muted">{{ entry.remark }}</span>
          </li>
        }
      </ul>
      <p class="palette-foot muted" role="status">{{ said() }}</p>
    </dialog>
    @if (isScanning()) {
      <cpe-label-scan (found)="search(box, $event)" (closed)="isScanning.set(false)" />
    }
  `,
})
export class Palette {
  readonly closed = output();
  /** What was typed before the palette was loaded. */
  readonly typedAhead = input('');
  protected readonly words = words;
  readonly #router = inject(Router);
  readonly #pages = usePages();
  readonly #newest = new Newest();
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  private readonly box = viewChild.required<ElementRef<HTMLInputElement>>('box');
  readonly #text = signal('');
  readonly #found = signal<readonly TicketListItem[]>([]);
  readonly #isAsking = signal(false);
  #pause: ReturnType<typeof setTimeout> | undefined;
  /** Enter was pressed before the answer came: the only ticket is opened then. */
  #isToOpen = false;

  /** What the page can do, then where one can go. */
  readonly #commands = computed((): Entry[] => [
    ...shortcuts()
      .filter(({ isCommand, isOff }) => isCommand && !isOff?.())
      .map(
        ({ keys, does, run }): Entry => ({
          id: `do-${keys}`,
          group: words().frame.actions,
          icon: 'arrow',
          text: does(),
          remark: keys,
          run: () => run(new KeyboardEvent('keydown', { key: keys })),
        }),
      ),
    ...this.#pages().map(
      ({ path, icon, text, key }): Entry => ({
        id: `page-${path}`,
        group: words().shell.pages,
        icon,
        text: text(),
        remark: `g ${key}`,
        run: () => void this.#router.navigateByUrl(`/${path}`),
      }),
    ),
  ]);
  readonly #tickets = computed(() =>
    this.#found().map(
      ({ id, ticketNo, title, customer }): Entry => ({
        id: `ticket-${id}`,
        group: words().shell.tickets,
        icon: 'ticket',
        text: `${ticketNo} ${title}`,
        remark: customer,
        run: () => void this.#router.navigate(['/tickets', id]),
      }),
    ),
  );
  readonly #recent = computed(() =>
    recentTickets().map(
      ({ id, ticketNo }): Entry => ({
        id: `recent-${id}`,
        group: words().frame.recent,
        icon: 'history',
        text: ticketNo,
        remark: words().frame.recent,
        run: () => void this.#router.navigate(['/tickets', id]),
      }),
    ),
  );
  readonly #search = computed((): Entry[] =>
    this.#text() === ''
      ? []
      : [
          {
            id: 'search',
            group: words().shell.tickets,
            icon: 'search',
            text: words().frame.searchFor(this.#text()),
            remark: '',
            run: () =>
              void this.#router.navigate(['/tickets'], { queryParams: { q: this.#text() } }),
          },
        ],
  );
  protected readonly entries = computed(() => {
    const commands = matching(this.#commands(), this.#text());
    if (this.#text() === '') return [...this.#recent(), ...commands];
    return seemsToBeOfTicket(this.#text())
      ? [...this.#tickets(), ...this.#search(), ...commands]
      : [...commands, ...this.#tickets(), ...this.#search()];
  });
  readonly #at = linkedSignal({ source: this.#text, computation: () => 0 });
  protected readonly active = computed(() => this.entries()[this.#at()] ?? this.entries()[0]);
  protected readonly said = computed(() => {
    const recognised = searchTerms(this.#text());
    if (recognised !== '') return words().frame.recognised(recognised);
    return this.#isAsking() ? words().tickets.loading : words().frame.paletteHint;
  });
  protected readonly canScan = navigator.mediaDevices !== undefined;
  protected readonly isScanning = signal(false);

  constructor() {
    readRecentTickets();
    afterNextRender(() => this.#open());
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.#pause);
      this.#newest.stop();
    });
  }

  #open(): void {
    this.dialog().nativeElement.showModal();
    this.box().nativeElement.value = this.typedAhead();
    this.type(this.typedAhead());
  }

  protected type(typed: string): void {
    const text = typed.trim();
    this.#text.set(text);
    this.#isToOpen = false;
    clearTimeout(this.#pause);
    this.#newest.stop();
    const isLong = text.length >= SHORTEST;
    this.#isAsking.set(isLong);
    if (isLong) this.#pause = setTimeout(() => void this.#ask(text), PAUSE);
    else this.#found.set([]);
  }

  protected press(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const last = this.entries().length - 1;
      this.#at.update((at) => Math.min(Math.max(at + step, 0), last));
      document.getElementById(this.active()?.id ?? '')?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      const entry = this.active();
      if (this.#isAsking() && entry?.id === 'search') this.#isToOpen = true;
      else if (entry) this.run(entry);
    }
  }

  protected run(entry: Entry): void {
    this.dialog().nativeElement.close();
    entry.run();
  }

  /** Searches the identifier of a label, and opens its ticket if there is only one. */
  protected search(box: HTMLInputElement, identifier: string): void {
    box.value = identifier;
    box.focus();
    this.type(identifier);
    this.#isToOpen = true;
  }

  /** A click beside the dialog is one on its backdrop. */
  protected leave({ target }: Event): void {
    if (target === this.dialog().nativeElement) this.dialog().nativeElement.close();
  }

  async #ask(text: string): Promise<void> {
    const signal = this.#newest.next();
    const answer = await findTickets(text, signal);
    if (signal.aborted) return;
    this.#isAsking.set(false);
    this.#found.set(answer.ok ? answer.value.items : []);
    if (!this.#isToOpen) return;
    const [only, ...others] = this.#tickets();
    const entry = only && others.length === 0 ? only : this.#search()[0];
    if (entry) this.run(entry);
  }
}
