import {
  type SegmentGroup,
  segmentGroups,
  type TicketCounts,
  technologies,
  ticketStatuses,
} from '@cpe-desk/contract';
import { yesNo } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { countWords } from './filter-words.ts';
import {
  type FilterName,
  filterNames,
  filterQuery,
  NOT_OVER,
  readFilters,
  type TicketFilters,
} from './ticket-filters.ts';

/** A value that a filter can have. */
export type FilterOption = {
  filter: FilterName;
  value: string;
  label: string;
  text: string;
  /** How many tickets there are of it with the other filters on; empty where nobody counts. */
  count: string;
  isOn: boolean;
};

const isNotOver = ({ status }: TicketFilters): boolean => status.join(',') === NOT_OVER;

const valuesOf = (filter: FilterName, groups: readonly SegmentGroup[]): readonly string[] => {
  if (filter === 'status') return [NOT_OVER, ...ticketStatuses];
  if (filter === 'segmentGroup') return segmentGroups.filter((group) => groups.includes(group));
  return filter === 'technology' ? technologies : ['true', 'false'];
};

const textOf = (filter: FilterName, value: string): string => {
  if (filter === 'managedServices' || filter === 'editable') return yesNo(value === 'true');
  const said: Readonly<Record<string, string>> = words()[filter];
  return value === NOT_OVER ? words().tickets.notOver : (said[value] ?? value);
};

const countOf = (counts: TicketCounts | null, filter: FilterName, value: string): string => {
  if (!counts || (filter !== 'status' && filter !== 'segmentGroup')) return '';
  const counted: Readonly<Record<string, number>> = counts[filter];
  const sum = value.split(',').reduce((total, each) => total + (counted[each] ?? 0), 0);
  return countWords(sum, counts.isAtLeast);
};

/** Every value of every filter, those of a filter together. */
export const filterOptions = (
  filters: TicketFilters,
  counts: TicketCounts | null,
  groups: readonly SegmentGroup[],
): FilterOption[] => {
  const query: Readonly<Record<string, string | undefined>> = filterQuery(filters);
  return filterNames.flatMap((filter) => {
    const on = query[filter]?.split(',') ?? [];
    return valuesOf(filter, groups).map((value) => ({
      ...{ filter, value },
      label: words().tickets.filters[filter],
      text: textOf(filter, value),
      count: countOf(counts, filter, value),
      isOn: value === NOT_OVER ? isNotOver(filters) : on.includes(value),
    }));
  });
};

/** These filters with a value switched on or off. Yes and No exclude each other. */
export const toggleOption = (
  filters: TicketFilters,
  { filter, value, isOn }: Pick<FilterOption, 'filter' | 'value' | 'isOn'>,
): TicketFilters => {
  const query: Record<string, string> = filterQuery(filters);
  const on = query[filter]?.split(',') ?? [];
  const isOne = value === NOT_OVER || value === 'true' || value === 'false';
  const others = isOne ? [] : on.filter((each) => each !== value);
  const wanted = isOn ? others : [...others, value];
  return readFilters((name) => (name === filter ? wanted.join(',') : (query[name] ?? null)));
};

/** These filters without one. */
export const withoutFilter = (filters: TicketFilters, filter: string): TicketFilters => {
  const { [filter]: _, ...query }: Record<string, string> = filterQuery(filters);
  return readFilters((name) => query[name] ?? null);
};
