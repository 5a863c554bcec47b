import {
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  effect,
  inject,
  input,
  linkedSignal,
  output,
  signal,
  viewChild,
} from '@angular/core';
import type { TicketCounts } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { useShortcuts } from '../shell/shortcuts.ts';
import { words } from '../words/words.ts';
import { FilterMenu } from './filter-menu.ts';
import { withoutFilter } from './filter-options.ts';
import { filterText } from './filter-words.ts';
import {
  filterNames,
  filterQuery,
  readFilters,
  searchWords,
  type TicketFilters,
} from './ticket-filters.ts';

/** Typing pauses this long before the list follows, milliseconds. */
const PAUSE = 250;

/** The search box, and a chip for each filter that is on. */
@Component({
  selector: 'cpe-filter-bar',
  imports: [FilterMenu, Icon],
  template: `
    <div class="filter-bar" role="search">
      <div class="search-box">
        <cpe-icon name="search" />
        <input #box id="search" type="search" autocomplete="off" spellcheck="false" maxlength="100" aria-keyshortcuts="/" aria-describedby="search-terms"
          [attr.aria-label]="words().tickets.filters.q" [placeholder]="words().tickets.searchFor" [value]="typed()" (input)="type(box.value)" (keydown.enter)="search()" />
      </div>
      <cpe-filter-menu #menu [filters]="filters()" [counts]="counts()" (changed)="changed.emit($event)" />
      @for (chip of chips(); track chip.filter) {
        <span class="chip">
          <button type="button" (click)="menu.open(chip.filter)">{{ chip.label }}: <strong>{{ chip.text }}</strong></button>
          <button type="button" [attr.aria-label]="words().tickets.dropFilter(chip.label)" (click)="drop(chip.filter)"><cpe-icon name="cross" /></button>
        </span>
      }
      @if (chips().length > 1) {
        <button type="button" class="button quiet small" (click)="cleared.emit()">{{ words().tickets.clear }}</button>
      }
      <ng-content />
    </div>
    <p id="search-terms" class="search-terms muted" aria-live="polite">{{ terms() }}</p>
  `,
})
export class FilterBar {
  protected readonly words = words;
  readonly filters = input.required<TicketFilters>();
  readonly counts = input.required<TicketCounts | null>();
  readonly changed = output<TicketFilters>();
  readonly cleared = output();
  /** Enter in the search box: the person is done with typing. */
  readonly entered = output<TicketFilters>();
  private readonly searchBox = viewChild.required<ElementRef<HTMLInputElement>>('box');
  #pause: ReturnType<typeof setTimeout> | undefined;

  protected readonly chips = computed(() =>
    filterNames.flatMap((filter) => {
      const text = filterText(this.filters(), filter);
      return text === '' ? [] : [{ filter, text, label: words().tickets.filters[filter] }];
    }),
  );

  /** What is in the box. It follows the address, but not while that lags behind the typing. */
  protected readonly typed = linkedSignal<string, string>({
    source: () => this.filters().q,
    computation: (q, before) => {
      const ahead =
        before !== undefined && (this.#pause !== undefined || searchWords(before.value) === q);
      return ahead ? before.value : q;
    },
  });

  /** The readers of all fields, which the first page does not need: loaded when someone types. */
  readonly #searchTerms = signal<((text: string) => string) | null>(null);
  protected readonly terms = computed(() => this.#searchTerms()?.(this.typed()) ?? '');

  constructor() {
    const search = { does: () => words().tickets.filters.q, run: () => this.#focusSearch() };
    const filter = { does: () => words().tickets.addFilter, run: () => this.menu().open(null) };
    useShortcuts([
      { keys: '/', ...search },
      { keys: 'f', ...filter, isCommand: true },
    ]);
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#pause));
    const load = effect(() => {
      if (this.typed() === '') return;
      load.destroy();
      void import('../shell/search-terms.ts').then((loaded) =>
        this.#searchTerms.set(loaded.searchTerms),
      );
    });
  }

  private readonly menu = viewChild.required(FilterMenu);

  protected type(text: string): void {
    this.typed.set(text);
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#emit(), PAUSE);
  }

  protected search(): void {
    this.entered.emit(this.#emit());
  }

  protected drop(filter: string): void {
    this.changed.emit(withoutFilter(this.filters(), filter));
  }

  #focusSearch(): void {
    this.searchBox().nativeElement.focus();
    this.searchBox().nativeElement.select();
  }

  #emit(): TicketFilters {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    const query: Record<string, string> = { ...filterQuery(this.filters()), q: this.typed() };
    const filters = readFilters((name) => query[name] ?? null);
    this.changed.emit(filters);
    return filters;
  }
}
