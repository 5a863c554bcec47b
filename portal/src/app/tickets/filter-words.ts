import { formatCount, yesNo } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { type FilterName, filterNames, NOT_OVER, type TicketFilters } from './ticket-filters.ts';

const joined = <Value extends string>(
  said: Readonly<Record<Value, string>>,
  values: readonly Value[],
): string => values.map((value) => said[value]).join(', ');

/** The value of a filter in words: `Held, Pending`; empty where it is off. */
export const filterText = (filters: TicketFilters, name: FilterName): string => {
  switch (name) {
    case 'status':
      return filters.status.join(',') === NOT_OVER
        ? words().tickets.notOver
        : joined(words().status, filters.status);
    case 'segmentGroup':
      return joined(words().segmentGroup, filters.segmentGroup);
    case 'technology':
      return joined(words().technology, filters.technology);
    default: {
      const value = filters[name];
      return value === null ? '' : yesNo(value);
    }
  }
};

/** Each filter that is on, in words: `Status: Held, Pending`. */
export const filterWords = (filters: TicketFilters): string[] => {
  const { filters: labels, search } = words().tickets;
  const said: ReadonlyArray<readonly [label: string, value: string]> = [
    [search, filters.q],
    ...filterNames.map((name) => [labels[name], filterText(filters, name)] as const),
  ];
  return said.filter(([, value]) => value !== '').map(([label, value]) => `${label}: ${value}`);
};

/** A count of tickets, or what there are at least. */
export const countWords = (count: number, isAtLeast: boolean): string =>
  isAtLeast ? `${formatCount(count)}+` : formatCount(count);
