import { segmentGroups, technologies, ticketStatuses } from '@cpe-desk/contract';
import { segmentGroupWords, statusWords, technologyWords, yesNoWords } from '../shell/words.ts';
import { filterLabels } from './filter-words.ts';

/** A choice of a filter: what the query says, and what the person reads. */
export type Choice = { value: string; text: string };
export type FilterName = Exclude<keyof typeof filterLabels, 'q'>;
export type ChoiceFilter = { name: FilterName; label: string; choices: readonly Choice[] };

const ANY: Choice = { value: '', text: 'Any' };
const YES_OR_NO = [ANY, ...[true, false].map((yes) => ({ value: String(yes), text: yesNoWords(yes) }))];

/** Statuses from which work goes on. */
const NOT_OVER = ['acknowledged', 'inProgress', 'held', 'pending', 'resolved'].join(',');

const each = <Value extends string>(
  words: Readonly<Record<Value, string>>,
  values: readonly Value[],
): Choice[] => [ANY, ...values.map((value) => ({ value, text: words[value] }))];

const [, ...statusChoices] = each(statusWords, ticketStatuses);

const choicesOf: Readonly<Record<FilterName, readonly Choice[]>> = {
  status: [ANY, { value: NOT_OVER, text: 'Not over' }, ...statusChoices],
  segmentGroup: each(segmentGroupWords, segmentGroups),
  technology: each(technologyWords, technologies),
  managedServices: YES_OR_NO,
  editable: YES_OR_NO,
  sort: [
    { value: '', text: 'Newest first' },
    { value: 'openedAt', text: 'Oldest first' },
  ],
};

const named = (choices: readonly Choice[], value: string): string =>
  value
    .split(',')
    .map((part) => choices.find((choice) => choice.value === part)?.text ?? part)
    .join(', ');

const names: readonly FilterName[] = [
  'status',
  'segmentGroup',
  'technology',
  'managedServices',
  'editable',
  'sort',
];

/** The filters of the form. A combination that only an address can ask for is a choice as well while it is on. */
export const choiceFilters = (query: Readonly<Record<string, string>>): ChoiceFilter[] =>
  names.map((name) => {
    const choices = choicesOf[name];
    const value = query[name] ?? '';
    const listed = choices.some((choice) => choice.value === value);
    return {
      name,
      label: filterLabels[name],
      choices: listed ? choices : [...choices, { value, text: named(choices, value) }],
    };
  });
