import { formatCount, yesNo } from '../words/formats.ts';
import { words } from '../words/words.ts';
import type { TicketFilters } from './ticket-filters.ts';

const joined = <Value extends string>(
  said: Readonly<Record<Value, string>>,
  values: readonly Value[],
): string => values.map((value) => said[value]).join(', ');

/** Each filter that is on, in words: `Status: Held, Pending`. */
export const filterWords = (filters: TicketFilters): string[] => {
  const { filters: labels, search } = words().tickets;
  const said: ReadonlyArray<readonly [label: string, value: string]> = [
    [search, filters.q],
    [labels.status, joined(words().status, filters.status)],
    [labels.segmentGroup, joined(words().segmentGroup, filters.segmentGroup)],
    [labels.technology, joined(words().technology, filters.technology)],
    [
      labels.managedServices,
      filters.managedServices === null ? '' : yesNo(filters.managedServices),
    ],
    [labels.editable, filters.editable === null ? '' : yesNo(filters.editable)],
  ];
  return said.filter(([, value]) => value !== '').map(([label, value]) => `${label}: ${value}`);
};

/** A count of tickets, or what there are at least. */
export const countWords = (count: number, isAtLeast: boolean): string =>
  isAtLeast ? `${formatCount(count)}+` : formatCount(count);
