import {
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  effect,
  inject,
  untracked,
  viewChild,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';
import { usePageTitle } from '../shell/page-title.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import { useShortcuts } from '../shell/shortcuts.ts';
import { Skeleton } from '../shell/skeleton.ts';
import { words } from '../words/words.ts';
import { filterWords } from './filter-words.ts';
import { moveFocus } from './list-keys.ts';
import { TicketCountsBar } from './ticket-counts.ts';
import { TicketFilterForm } from './ticket-filter-form.ts';
import {
  filterQuery,
  NO_FILTERS,
  narrows,
  readFilters,
  type TicketFilters,
} from './ticket-filters.ts';
import { TicketListStore } from './ticket-list-store.ts';
import { TicketListTools } from './ticket-list-tools.ts';
import { TicketTable } from './ticket-table.ts';

/** The next page is loaded when the end of this one is so near. */
const LOAD_AHEAD = '600px';

/** All tickets that the caller may see, narrowed down by what the address says. */
@Component({
  selector: 'cpe-ticket-list-page',
  imports: [
    Skeleton,
    ProblemNotice,
    TicketCountsBar,
    TicketFilterForm,
    TicketListTools,
    TicketTable,
  ],
  template: `
    <h1 tabindex="-1">{{ words().shell.tickets }}</h1>
    <cpe-ticket-filter-form [filters]="filters()" (changed)="go($event)" />
    <cpe-ticket-counts [counts]="store.counts()" [filters]="filters()" (changed)="go($event)" />
    <cpe-ticket-list-tools [filters]="filters()" />
    <p role="status" class="muted list-status">{{ status() }}</p>
    @if (store.problem(); as problem) {
      <cpe-problem-notice [problem]="problem" (retry)="store.retry()" />
    }
    <div #list class="ticket-list scroll-x" [attr.aria-busy]="store.loading()">
      @if (store.items(); as items) {
        @if (items.length > 0) {
          <cpe-ticket-table [tickets]="items" />
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
    @if (store.items() && store.nextCursor()) {
      <button #more type="button" class="button load-more" [attr.aria-disabled]="store.loading()" (click)="store.loadMore()">
        {{ words().shell.loadMore }}
      </button>
    }
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
  protected readonly status = computed(() => {
    const items = this.store.items();
    if (items === null) return '';
    const shown = words().tickets.shown(items.length, this.store.nextCursor() !== null);
    return this.store.isPartial() ? `${shown}. ${words().tickets.partial}` : shown;
  });

  private readonly list = viewChild.required<ElementRef<HTMLElement>>('list');
  private readonly more = viewChild<ElementRef<HTMLElement>>('more');

  constructor() {
    const move = (way: 'down' | 'up') => () => moveFocus(this.list().nativeElement, way);
    useShortcuts([
      { keys: 'j', does: () => words().tickets.nextTicket, run: move('down') },
      { keys: 'k', does: () => words().tickets.ticketBefore, run: move('up') },
    ]);
    usePageTitle(() => [words().shell.tickets, ...this.filterWords()].join(' - '));
    // The next page loads automatically when the end of this page comes into view. The button is
    // for the keyboard.
    const watcher = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) void this.store.loadMore();
      },
      { rootMargin: LOAD_AHEAD },
    );
    inject(DestroyRef).onDestroy(() => watcher.disconnect());
    effect(() => {
      watcher.disconnect();
      const more = this.more()?.nativeElement;
      // Again for each page: one that does not fill the screen loads the next.
      if (more && this.store.items()) watcher.observe(more);
    });
    effect(() => {
      const filters = this.filters();
      untracked(() => void this.store.show(filters));
    });
  }

  /** Typing replaces the address, so that Back skips its letters; a choice is a step of its own. */
  protected go(filters: TicketFilters): void {
    // The navigation below would cancel the opening of a ticket.
    if (this.#isLeaving()) return;
    const replaceUrl = filters.q !== this.filters().q;
    void this.#router.navigate([], { queryParams: filterQuery(filters), replaceUrl });
  }

  #isLeaving(): boolean {
    const navigation = this.#router.currentNavigation();
    if (navigation === null) return false;
    const [path] = this.#router.serializeUrl(navigation.extractedUrl).split('?');
    const [here] = this.#router.url.split('?');
    return path !== here;
  }

  protected clear(): void {
    this.go(NO_FILTERS);
  }
}
