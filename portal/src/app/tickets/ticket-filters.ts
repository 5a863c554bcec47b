import {
  type SegmentGroup,
  segmentGroups,
  type Technology,
  type TicketSort,
  type TicketStatus,
  technologies,
  ticketSorts,
  ticketStatuses,
} from '@cpe-desk/contract';

/** What the ticket list is narrowed down to. An empty list, or null, does not narrow. */
export type TicketFilters = {
  q: string;
  status: readonly TicketStatus[];
  segmentGroup: readonly SegmentGroup[];
  technology: readonly Technology[];
  managedServices: boolean | null;
  editable: boolean | null;
  sort: TicketSort;
};

/** The filters that have a chip, in its order. */
export const filterNames = [
  'status',
  'segmentGroup',
  'technology',
  'managedServices',
  'editable',
] as const;
export type FilterName = (typeof filterNames)[number];

/** Statuses from which work goes on. */
export const NOT_OVER = ['acknowledged', 'inProgress', 'held', 'pending', 'resolved'].join(',');

export const NO_FILTERS: TicketFilters = {
  q: '',
  status: [],
  segmentGroup: [],
  technology: [],
  managedServices: null,
  editable: null,
  sort: '-openedAt',
};

const listed = <Value extends string>(values: readonly Value[], text: string | null): Value[] => {
  const given = new Set(text?.split(','));
  return values.filter((value) => given.has(value));
};

const yesOrNo = (text: string | null): boolean | null =>
  text === 'true' || text === 'false' ? text === 'true' : null;

/** Words to search for: one space where a paste brought tabs or line ends. */
export const searchWords = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Filters from an address. What is no filter is ignored: an address may be old, or mistyped. */
export const readFilters = (get: (name: string) => string | null): TicketFilters => ({
  q: searchWords(get('q') ?? ''),
  status: listed(ticketStatuses, get('status')),
  segmentGroup: listed(segmentGroups, get('segmentGroup')),
  technology: listed(technologies, get('technology')),
  managedServices: yesOrNo(get('managedServices')),
  editable: yesOrNo(get('editable')),
  sort: listed(ticketSorts, get('sort'))[0] ?? NO_FILTERS.sort,
});

/**
 * The query of these filters, for the page's address and for `GET /ticket/ctt`; only what narrows
 * is in it.
 */
export const filterQuery = (filters: TicketFilters): Record<string, string> => {
  const { q, status, segmentGroup, technology, managedServices, editable, sort } = filters;
  return {
    ...(q && { q }),
    ...(status.length > 0 && { status: status.join(',') }),
    ...(segmentGroup.length > 0 && { segmentGroup: segmentGroup.join(',') }),
    ...(technology.length > 0 && { technology: technology.join(',') }),
    ...(managedServices !== null && { managedServices: String(managedServices) }),
    ...(editable !== null && { editable: String(editable) }),
    ...(sort !== NO_FILTERS.sort && { sort }),
  };
};

/** Whether anything is left out of the list. */
export const narrows = (filters: TicketFilters): boolean =>
  Object.keys(filterQuery({ ...filters, sort: NO_FILTERS.sort })).length > 0;
