import { Component, computed, effect, inject, untracked } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';
import { ProblemNotice } from '../shell/problem-notice.ts';
import { filterWords, shownWords } from './filter-words.ts';
import { TicketFilterForm } from './ticket-filter-form.ts';
import { filterQuery, NO_FILTERS, narrows, readFilters, type TicketFilters } from './ticket-filters.ts';
import { TicketListStore } from './ticket-list-store.ts';
import { TicketTable } from './ticket-table.ts';

/** All tickets that the caller may see, narrowed down by what the address says. */
@Component({
  selector: 'cpe-ticket-list-page',
  imports: [ProblemNotice, TicketFilterForm, TicketTable],
  template: `
    <h1 tabindex="-1">Tickets</h1>
    <cpe-ticket-filter-form [filters]="filters()" (changed)="go($event)" />
    <p role="status" class="muted">{{ status() }}</p>
    @if (store.problem(); as problem) {
      <cpe-problem-notice [problem]="problem" (retry)="store.retry()" />
    }
    <div class="ticket-list scroll-x" [attr.aria-busy]="store.loading()">
      @if (store.items(); as items) {
        @if (items.length > 0) {
          <cpe-ticket-table [tickets]="items" />
        } @else {
          <div class="notice">
            @if (narrowed()) {
              <strong>No ticket matches</strong>
              <ul>
                @for (words of filterWords(); track words) {
                  <li>{{ words }}</li>
                }
              </ul>
              <button type="button" class="button" (click)="clear()">Clear filters</button>
            } @else {
              <strong>There are no tickets in your segment groups</strong>
            }
          </div>
        }
      }
    </div>
    @if (store.items() && store.nextCursor()) {
      <button type="button" class="button load-more" [disabled]="store.loading()" (click)="store.loadMore()">
        Load more
      </button>
    }
  `,
})
export class TicketListPage {
  readonly #router = inject(Router);
  readonly #query = toSignal(inject(ActivatedRoute).queryParamMap, { requireSync: true });
  protected readonly store = inject(TicketListStore);
  protected readonly filters = computed(() => readFilters((name) => this.#query().get(name)));
  protected readonly narrowed = computed(() => narrows(this.store.filters()));
  protected readonly filterWords = computed(() => filterWords(this.store.filters()));
  protected readonly status = computed(() => {
    const items = this.store.items();
    if (items === null) return this.store.loading() ? 'Loading tickets' : '';
    return shownWords(items.length, this.store.nextCursor() !== null);
  });

  constructor() {
    effect(() => {
      const filters = this.filters();
      untracked(() => void this.store.show(filters));
    });
  }

  /** Typing replaces the address, so that Back does not go letter by letter; a choice is a step of its own. */
  protected go(filters: TicketFilters): void {
    const replaceUrl = filters.q !== this.filters().q;
    void this.#router.navigate([], { queryParams: filterQuery(filters), replaceUrl });
  }

  protected clear(): void {
    this.go(NO_FILTERS);
  }
}
