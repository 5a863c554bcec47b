import { Component, computed, input, output } from '@angular/core';
import { segmentGroups, type TicketCounts, ticketStatuses } from '@cpe-desk/contract';
import { caller } from '../shell/session.ts';
import { words } from '../words/words.ts';
import { countWords } from './filter-words.ts';
import type { TicketFilters } from './ticket-filters.ts';

type Facet = {
  text: string;
  count: string;
  isEmpty: boolean;
  isOn: boolean;
  filters: TicketFilters;
};
type Group = { label: string; facets: Facet[] };

/** Tickets by status and segment group; each count narrows the list to what it counts. */
@Component({
  selector: 'cpe-ticket-counts',
  template: `
    @for (group of groups(); track group.label) {
      <div class="counts" role="group" [attr.aria-label]="group.label">
        @for (facet of group.facets; track facet.text) {
          <button type="button" class="count" [class.empty]="facet.isEmpty" [attr.aria-pressed]="facet.isOn" (click)="changed.emit(facet.filters)">
            {{ facet.text }} <span class="number">{{ facet.count }}</span>
          </button>
        }
      </div>
    }
  `,
})
export class TicketCountsBar {
  /** Null until they are known: the choices are there already, so that nothing moves. */
  readonly counts = input.required<TicketCounts | null>();
  readonly filters = input.required<TicketFilters>();
  readonly changed = output<TicketFilters>();

  protected readonly groups = computed((): Group[] => {
    const mine = caller()?.segmentGroups ?? [];
    const { byStatus, bySegmentGroup } = words().tickets;
    return [
      { label: byStatus, facets: ticketStatuses.map((value) => this.#facet('status', value)) },
      {
        label: bySegmentGroup,
        facets: segmentGroups
          .filter((value) => mine.includes(value))
          .map((value) => this.#facet('segmentGroup', value)),
      },
    ];
  });

  #facet<Name extends 'status' | 'segmentGroup'>(
    name: Name,
    value: TicketFilters[Name][number],
  ): Facet {
    const filters = this.filters();
    const said: Readonly<Record<string, string>> = words()[name];
    const counts: Readonly<Record<string, number>> | undefined = this.counts()?.[name];
    const isOn = filters[name].length === 1 && filters[name][0] === value;
    const count = counts?.[value];
    return {
      text: said[value] ?? value,
      count: count === undefined ? '' : countWords(count, this.counts()?.isAtLeast ?? false),
      isEmpty: count === 0 && !this.counts()?.isAtLeast,
      isOn,
      filters: { ...filters, [name]: isOn ? [] : [value] },
    };
  }
}
