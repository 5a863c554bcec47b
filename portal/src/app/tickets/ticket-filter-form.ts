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
import { useShortcuts } from '../shell/shortcuts.ts';
import { words } from '../words/words.ts';
import { choiceFilters } from './filter-choices.ts';
import { filterQuery, readFilters, searchWords, type TicketFilters } from './ticket-filters.ts';

/** Typing pauses this long before the list follows, milliseconds. */
const PAUSE = 250;

@Component({
  selector: 'cpe-ticket-filter-form',
  template: `
    <form class="filter-form" role="search" (submit)="search($event)">
      <div class="field filter-search">
        <label for="search">{{ words().tickets.filters.q }}</label>
        <input
          #box
          id="search"
          type="search"
          autocomplete="off"
          spellcheck="false"
          maxlength="100"
          aria-keyshortcuts="/"
          [placeholder]="words().tickets.searchFor"
          [value]="typed()"
          (input)="type(box.value)"
          aria-describedby="search-terms"
        />
        <p id="search-terms" class="hint" aria-live="polite">{{ terms() }}</p>
      </div>
      @for (filter of choiceFilters(); track filter.name) {
        <div class="field">
          <label [for]="'filter-' + filter.name">{{ filter.label }}</label>
          <select #select [id]="'filter-' + filter.name" (change)="choose(filter.name, select.value)">
            @for (choice of filter.choices; track choice.value) {
              <option [value]="choice.value" [selected]="choice.value === (query()[filter.name] ?? '')">
                {{ choice.text }}
              </option>
            }
          </select>
        </div>
      }
    </form>
  `,
})
export class TicketFilterForm {
  protected readonly words = words;
  readonly filters = input.required<TicketFilters>();
  readonly changed = output<TicketFilters>();
  private readonly searchBox = viewChild.required<ElementRef<HTMLInputElement>>('box');
  #pause: ReturnType<typeof setTimeout> | undefined;

  protected readonly query = computed(() => filterQuery(this.filters()));
  protected readonly choiceFilters = computed(() => choiceFilters(this.query()));

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
    useShortcuts([{ keys: '/', ...search }]);
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#pause));
    const load = effect(() => {
      if (this.typed() === '') return;
      load.destroy();
      void import('../shell/search-terms.ts').then((loaded) =>
        this.#searchTerms.set(loaded.searchTerms),
      );
    });
  }

  protected type(text: string): void {
    this.typed.set(text);
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#emit({}), PAUSE);
  }

  protected search(event: Event): void {
    event.preventDefault();
    this.#emit({});
  }

  protected choose(name: string, value: string): void {
    this.#emit({ [name]: value });
  }

  #focusSearch(): void {
    this.searchBox().nativeElement.focus();
    this.searchBox().nativeElement.select();
  }

  #emit(change: Readonly<Record<string, string>>): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    const query: Record<string, string> = { ...this.query(), q: this.typed(), ...change };
    this.changed.emit(readFilters((name) => query[name] ?? null));
  }
}
