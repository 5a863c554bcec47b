import {
  judgeEligibility,
  type SegmentGroup,
  segmentGroups,
  type TicketFilter,
  technologies,
  ticketStatuses,
} from '@cpe-desk/contract';

/** What a caller may see, and whose CPE may be edited. */
export type TicketScope = {
  scope: readonly SegmentGroup[];
  editableGroups: readonly SegmentGroup[];
};

/** The segment groups whose tickets can be found: those of the filter that the caller may see. */
export const visibleGroups = (
  { segmentGroup }: Pick<TicketFilter, 'segmentGroup'>,
  scope: readonly SegmentGroup[],
): readonly SegmentGroup[] =>
  segmentGroup ? scope.filter((group) => segmentGroup.includes(group)) : scope;

const combinations = ticketStatuses.flatMap((status) =>
  technologies.flatMap((technology) =>
    [true, false].flatMap((managedServices) =>
      segmentGroups.map((segmentGroup) => ({
        ...{ status, technology, managedServices, segmentGroup },
      })),
    ),
  ),
);

const allows = <Value>(wanted: readonly Value[] | undefined, value: Value): boolean =>
  wanted === undefined || wanted.includes(value);

/**
 * The combinations of status, technology, Managed Services and segment group that a filter leaves,
 * as `facetOf` writes them. Tickets and `ticket_count` have one each, so the rules of eligibility
 * need no second form in SQL.
 */
export const facetsOf = (filter: TicketFilter, { scope, editableGroups }: TicketScope): string[] =>
  combinations
    .filter(
      (each) =>
        visibleGroups(filter, scope).includes(each.segmentGroup) &&
        allows(filter.status, each.status) &&
        allows(filter.technology, each.technology) &&
        (filter.managedServices ?? each.managedServices) === each.managedServices &&
        (filter.editable === undefined ||
          judgeEligibility(each, editableGroups).editable === filter.editable),
    )
    .map(({ status, technology, managedServices, segmentGroup }) =>
      [status, technology, managedServices, segmentGroup].join('/'),
    );

/** The combination of a ticket, or of a row of `ticket_count`, in SQL. */
export const facetOf = (of: string): string =>
  `${of}.status || '/' || ${of}.technology || '/' || ${of}.managed_services || '/' || ${of}.segment_group`;
