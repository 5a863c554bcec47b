import { Component, computed, input, output } from '@angular/core';
import { segmentGroups, type TicketCounts, ticketStatuses } from '@cpe-desk/contract';
import { words } from '../words/words.ts';
import { countWords } from './filter-words.ts';
import type { TicketFilters } from './ticket-filters.ts';

type Group = {
  label: string;
  facets: { text: string; count: string; isOn: boolean; filters: TicketFilters }[];
};

/** How many tickets there are of each status and segment group; each count narrows the list to what it counts. */
@Component({
  selector: 'cpe-ticket-counts',
  template: `
    @for (group of groups(); track group.label) {
      <div class="counts" role="group" [attr.aria-label]="group.label">
        @for (facet of group.facets; track facet.text) {
          <button type="button" class="count" [attr.aria-pressed]="facet.isOn" (click)="changed.emit(facet.filters)">
            {{ facet.text }} <span class="number">{{ facet.count }}</span>
          </button>
        }
      </div>
    }
  `,
})
export class TicketCountsBar {
  readonly counts = input.required<TicketCounts>();
  readonly filters = input.required<TicketFilters>();
  readonly changed = output<TicketFilters>();

  protected readonly groups = computed((): Group[] => {
    const filters = this.filters();
    const { status, segmentGroup } = this.counts();
    return [
      {
        label: words().tickets.byStatus,
        facets: ticketStatuses
          .filter((value) => status[value] > 0 || filters.status.includes(value))
          .map((value) => {
            const isOn = filters.status.length === 1 && filters.status[0] === value;
            const narrowed = { ...filters, status: isOn ? [] : [value] };
            return { text: words().status[value], count: countWords(status[value]), isOn, filters: narrowed };
          }),
      },
      {
        label: words().tickets.bySegmentGroup,
        facets: segmentGroups
          .filter((value) => segmentGroup[value] > 0 || filters.segmentGroup.includes(value))
          .map((value) => {
            const isOn = filters.segmentGroup.length === 1 && filters.segmentGroup[0] === value;
            const narrowed = { ...filters, segmentGroup: isOn ? [] : [value] };
            return {
              text: words().segmentGroup[value],
              count: countWords(segmentGroup[value]),
              isOn,
              filters: narrowed,
            };
          }),
      },
    ];
  });
}
