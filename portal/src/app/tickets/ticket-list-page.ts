import {
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  effect,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';
import { askWhileVisible } from '../shell/ask-while-visible.ts';
import { mediaSignal, PHONE } from '../shell/media.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import { useShortcuts } from '../shell/shortcuts.ts';
import { Skeleton } from '../shell/skeleton.ts';
import { formatCount } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { FilterBar } from './filter-bar.ts';
import { countWords, filterWords } from './filter-words.ts';
import { focusedTicket, moveFocus } from './list-keys.ts';
import { toggleSelected } from './selection.ts';
import { SelectionBar } from './selection-bar.ts';
import {
  filterQuery,
  NO_FILTERS,
  narrows,
  readFilters,
  type TicketFilters,
} from './ticket-filters.ts';
import { same, TicketListStore } from './ticket-list-store.ts';
import { TicketListTools } from './ticket-list-tools.ts';
import { TicketPeek } from './ticket-peek.ts';
import { TicketTable } from './ticket-table.ts';

/** The next page is loaded when the end of this one is so near. */
const LOAD_AHEAD = '600px';

/** All tickets that the caller may see, narrowed down by what the address says. */
@Component({
  selector: 'cpe-ticket-list-page',
  imports: [
    FilterBar,
    ProblemNotice,
    SelectionBar,
    Skeleton,
    TicketListTools,
    TicketPeek,
    TicketTable,
  ],
  template: `
    <header class="list-head">
      <h1 tabindex="-1">{{ words().shell.tickets }}</h1>
      <p role="status" class="muted list-status">{{ status() }}</p>
    </header>
    <cpe-filter-bar [filters]="filters()" [counts]="store.counts()" (changed)="go($event)" (cleared)="clear()" (entered)="toOpen.set($event)">
      <cpe-ticket-list-tools [filters]="filters()" />
    </cpe-filter-bar>
    @if (store.problem(); as problem) {
      <cpe-problem-notice [problem]="problem" (retry)="store.retry()" />
    }
    @if (store.fresh() > 0) {
      <p role="status" class="fresh"><button type="button" class="button small" (click)="store.retry()">{{ words().tickets.fresh(store.fresh()) }}</button></p>
    }
    <div class="list-and-peek" [class.peeking]="peeked()">
      <div #list class="ticket-list" [attr.aria-busy]="store.loading()">
        @if (store.items(); as items) {
          @if (items.length > 0) {
            <cpe-ticket-table [tickets]="items" [sort]="filters().sort" [peeked]="peeked()" [flashed]="store.changed()" (sorted)="go({ ...filters(), sort: $event })" />
          } @else {
            <div class="notice">
              @if (narrowed()) {
                <strong>{{ words().tickets.noneMatches }}</strong>
                <ul>
                  @for (said of filterWords(); track said) {
                    <li>{{ said }}</li>
                  }
                </ul>
                <button type="button" class="button" (click)="clear()">{{ words().tickets.clear }}</button>
              } @else {
                <strong>{{ words().tickets.none }}</strong>
              }
            </div>
          }
        } @else if (!store.problem()) {
          <cpe-skeleton class="panel" [label]="words().tickets.loading" [lines]="20" />
        }
      </div>
      @if (peeked(); as id) {
        <cpe-ticket-peek [id]="id" (closed)="peeked.set(null)" />
      }
    </div>
    @if (store.items() && store.nextCursor()) {
      <button #more type="button" class="button load-more" [attr.aria-disabled]="store.loading()" (click)="store.loadMore()">
        {{ words().shell.loadMore }}
      </button>
    }
    <cpe-selection-bar />
  `,
})
export class TicketListPage {
  protected readonly words = words;
  readonly #router = inject(Router);
  readonly #query = toSignal(inject(ActivatedRoute).queryParamMap, { requireSync: true });
  protected readonly store = inject(TicketListStore);
  protected readonly filters = computed(() => readFilters((name) => this.#query().get(name)));
  protected readonly narrowed = computed(() => narrows(this.store.shown()));
  protected readonly filterWords = computed(() => filterWords(this.store.shown()));
  /** The ticket that is shown beside the list. */
  protected readonly peeked = signal<string | null>(null);
  readonly #isPhone = mediaSignal(PHONE);
  /** Enter was pressed in the search box: the ticket of these filters is opened if it is alone. */
  protected readonly toOpen = signal<TicketFilters | null>(null);
  protected readonly status = computed(() => {
    const items = this.store.items();
    if (items === null) return '';
    const said = words().tickets.shown(this.#total(items.length));
    return this.store.isPartial() ? `${said}. ${words().tickets.partial}` : said;
  });

  private readonly list = viewChild.required<ElementRef<HTMLElement>>('list');
  private readonly more = viewChild<ElementRef<HTMLElement>>('more');

  constructor() {
    this.#registerKeys();
    usePageTitle(() => [words().shell.tickets, ...this.filterWords()].join(' - '));
    this.#loadAhead(inject(DestroyRef));
    askWhileVisible(() => void this.store.watch());
    effect(() => {
      const filters = this.filters();
      untracked(() => void this.store.show(filters));
    });
    effect(() => {
      const wanted = this.toOpen();
      if (wanted && !this.store.loading() && same(wanted, this.store.shown()))
        untracked(() => this.#openOnly());
    });
  }

  /** Typing replaces the address, so that Back skips its letters; a choice is a step of its own. */
  protected go(filters: TicketFilters): void {
    // The navigation below would cancel the opening of a ticket.
    if (this.#isLeaving()) return;
    const replaceUrl = filters.q !== this.filters().q;
    void this.#router.navigate([], { queryParams: filterQuery(filters), replaceUrl });
  }

  protected clear(): void {
    this.go({ ...NO_FILTERS, sort: this.filters().sort });
  }

  #registerKeys(): void {
    const list = () => this.list().nativeElement;
    const focused = () => focusedTicket(list());
    const move = (way: 'down' | 'up') => () => {
      moveFocus(list(), way);
      if (this.peeked()) this.peeked.set(focused());
    };
    const isOff = () => focused() === null;
    useShortcuts([
      { keys: 'j', does: () => words().tickets.nextTicket, run: move('down') },
      { keys: 'k', does: () => words().tickets.ticketBefore, run: move('up') },
      { keys: 'Enter', does: () => words().tickets.openTicket, run: () => this.#open(), isOff },
      {
        keys: 'o',
        does: () => words().tickets.openInTab,
        run: () => window.open(`/tickets/${encodeURIComponent(focused() ?? '')}`),
        isOff,
      },
      {
        keys: 'x',
        does: () => words().tickets.selectTicket,
        run: () => toggleSelected(focused() ?? ''),
        isOff,
      },
      {
        keys: 'Space',
        does: () => words().tickets.peek,
        run: () => this.peeked.update((id) => (id === focused() ? null : focused())),
        isOff: () => isOff() || this.#isPhone(),
      },
      {
        keys: 'Escape',
        does: () => words().tickets.closePeek,
        run: () => this.peeked.set(null),
        isOff: () => this.peeked() === null,
      },
    ]);
  }

  #open(): void {
    const id = focusedTicket(this.list().nativeElement);
    if (id) void this.#router.navigate(['/tickets', id]);
  }

  #openOnly(): void {
    this.toOpen.set(null);
    const [only, another] = this.store.items() ?? [];
    if (only && !another) void this.#router.navigate(['/tickets', only.id]);
    else if (only) moveFocus(this.list().nativeElement, 'down');
  }

  #total(loaded: number): string {
    if (this.store.nextCursor() === null) return formatCount(loaded);
    const counts = this.store.counts();
    if (!counts) return `${formatCount(loaded)}+`;
    const { status } = this.store.shown();
    const total = Object.entries(counts.status).reduce(
      (sum, [each, count]) =>
        status.length === 0 || status.some((wanted) => wanted === each) ? sum + count : sum,
      0,
    );
    return countWords(total, counts.isAtLeast);
  }

  /** Loads the next page when the end of this page comes into view. */
  #loadAhead(destroyed: DestroyRef): void {
    const watcher = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) void this.store.loadMore();
      },
      { rootMargin: LOAD_AHEAD },
    );
    destroyed.onDestroy(() => watcher.disconnect());
    effect(() => {
      watcher.disconnect();
      const more = this.more()?.nativeElement;
      // Again for each page: one that does not fill the screen loads the next.
      if (more && this.store.items()) watcher.observe(more);
    });
  }

  #isLeaving(): boolean {
    const navigation = this.#router.currentNavigation();
    if (navigation === null) return false;
    const [path] = this.#router.serializeUrl(navigation.extractedUrl).split('?');
    const [here] = this.#router.url.split('?');
    return path !== here;
  }
}
