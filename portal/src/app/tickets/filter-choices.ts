import { segmentGroups, technologies, ticketStatuses } from '@cpe-desk/contract';
import { yesNo } from '../words/formats.ts';
import { words } from '../words/words.ts';

/** A choice of a filter: what the query says, and what the person reads. */
export type Choice = { value: string; text: string };

const names = [
  'status',
  'segmentGroup',
  'technology',
  'managedServices',
  'editable',
  'sort',
] as const;
export type FilterName = (typeof names)[number];
export type ChoiceFilter = { name: FilterName; label: string; choices: readonly Choice[] };

/** Statuses from which work goes on. */
const NOT_OVER = ['acknowledged', 'inProgress', 'held', 'pending', 'resolved'].join(',');

const each = <Value extends string>(
  said: Readonly<Record<Value, string>>,
  values: readonly Value[],
): Choice[] => values.map((value) => ({ value, text: said[value] }));

const choicesOf = (name: FilterName): Choice[] => {
  const { any, notOver, newestFirst, oldestFirst } = words().tickets;
  const all = { value: '', text: any };
  switch (name) {
    case 'status':
      return [all, { value: NOT_OVER, text: notOver }, ...each(words().status, ticketStatuses)];
    case 'segmentGroup':
      return [all, ...each(words().segmentGroup, segmentGroups)];
    case 'technology':
      return [all, ...each(words().technology, technologies)];
    case 'sort':
      return [
        { value: '', text: newestFirst },
        { value: 'openedAt', text: oldestFirst },
      ];
    default:
      return [all, ...[true, false].map((yes) => ({ value: String(yes), text: yesNo(yes) }))];
  }
};

const named = (choices: readonly Choice[], value: string): string =>
  value
    .split(',')
    .map((part) => choices.find((choice) => choice.value === part)?.text ?? part)
    .join(', ');

/**
 * The filters of the form. A combination that only an address can ask for is a choice as well while
 * it is on.
 */
export const choiceFilters = (query: Readonly<Record<string, string>>): ChoiceFilter[] =>
  names.map((name) => {
    const choices = choicesOf(name);
    const value = query[name] ?? '';
    const listed = choices.some((choice) => choice.value === value);
    return {
      name,
      label: words().tickets.filters[name],
      choices: listed ? choices : [...choices, { value, text: named(choices, value) }],
    };
  });
