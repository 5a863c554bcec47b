import { MOST_COUNTED } from '@cpe-desk/contract';
import { formatCount, segmentGroupWords, statusWords, technologyWords, yesNoWords } from '../shell/words.ts';
import type { TicketColumn } from './ticket-columns.ts';
import type { TicketFilters } from './ticket-filters.ts';

/** The labels of the filters, in the order of the form. */
export const filterLabels = {
  q: 'Search tickets',
  status: 'Status',
  segmentGroup: 'Segment group',
  technology: 'Technology',
  managedServices: 'Managed Services',
  editable: 'Editable',
  sort: 'Sort',
} as const;

const joined = <Value extends string>(
  words: Readonly<Record<Value, string>>,
  values: readonly Value[],
): string => values.map((value) => words[value]).join(', ');

/** Each filter that is on, in words: `Status: Held, Pending`. */
export const filterWords = (filters: TicketFilters): string[] => {
  const said: ReadonlyArray<readonly [name: keyof typeof filterLabels, words: string]> = [
    ['status', joined(statusWords, filters.status)],
    ['segmentGroup', joined(segmentGroupWords, filters.segmentGroup)],
    ['technology', joined(technologyWords, filters.technology)],
    ['managedServices', filters.managedServices === null ? '' : yesNoWords(filters.managedServices)],
    ['editable', filters.editable === null ? '' : yesNoWords(filters.editable)],
  ];
  const words = said
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${filterLabels[name]}: ${value}`);
  return filters.q ? [`Search: ${filters.q}`, ...words] : words;
};

/** How many tickets are on the screen, for everyone who can not see that the list changed. */
export const shownWords = (count: number, more: boolean): string => {
  const tickets = `${count} ${count === 1 ? 'ticket' : 'tickets'}`;
  return more ? `${tickets} shown, there are more` : tickets;
};

/** The headings of the list's columns. */
export const columnWords: Readonly<Record<TicketColumn, string>> = {
  status: 'Status',
  title: 'Title',
  customer: 'Customer',
  segmentGroup: 'Segment group',
  technology: 'Technology',
  managedServices: 'Managed Services',
  editable: 'Editable',
  openedAt: 'Opened',
};

/** A count of tickets, which may have stopped at its limit. */
export const countWords = (count: number): string =>
  count > MOST_COUNTED ? `${formatCount(MOST_COUNTED)}+` : formatCount(count);
