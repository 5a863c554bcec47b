import { hash } from 'node:crypto';
import {
  type BulkColumn,
  type BulkMapping,
  type BulkMappingRequest,
  type BulkQuestion,
  bulkColumns,
  decimalMarks,
  type Failure,
  type Finding,
} from '@cpe-desk/contract';
import { matchHeading } from './match-heading.ts';

/** Columns whose cells are rates. */
export const RATE_COLUMNS: ReadonlySet<BulkColumn | null> = new Set<BulkColumn>([
  'downKbps',
  'upKbps',
  'currentDownKbps',
  'currentUpKbps',
]);

/** What finds the mappings of the same headings. */
export const headingsKey = (headings: readonly string[]): string =>
  hash('sha256', JSON.stringify(headings));

/** The columns that headings mean. Of two that mean the same, the second is asked about. */
export const matchColumns = (headings: readonly string[]): BulkMapping['columns'] => {
  const used = new Set<BulkColumn>();
  const columns: BulkMapping['columns'] = {};
  for (const heading of headings) {
    const column = matchHeading(heading);
    if (column === undefined || used.has(column)) continue;
    used.add(column);
    columns[heading] = column;
  }
  return columns;
};

/** What the mapping leaves open. `matched` has no proposals. */
export const questionsOf = (
  headings: readonly string[],
  matched: BulkMapping['columns'],
): BulkQuestion[] => {
  const used = new Set(Object.values(matched));
  const free = bulkColumns.filter((column) => !used.has(column));
  const unknown = headings.filter((heading) => !Object.hasOwn(matched, heading));
  return [
    ...(used.has('ticket')
      ? []
      : [{ code: 'missing-column' as const, heading: 'ticket', choices: unknown }]),
    ...unknown.map((heading) => ({
      code: 'unknown-column' as const,
      heading,
      choices: [...free, null],
    })),
  ];
};

/** The question about a number with two readings. */
export const decimalMarkQuestion = (heading: string, row: number, text: string): BulkQuestion => ({
  code: 'decimal-mark',
  ...{ heading, row, text: text.slice(0, 100) },
  choices: [...decimalMarks],
});

const fault = (heading: string, code: string, detail: string): Finding => ({
  pointer: `/columns/${heading.replaceAll('~', '~0').replaceAll('/', '~1')}`,
  code,
  detail,
});

/** The findings about the answers to a mapping's questions; empty where all are answered. */
const findingsOf = (
  headings: readonly string[],
  { columns, decimalMark }: BulkMapping,
  questions: readonly BulkQuestion[],
  named: readonly string[],
): Finding[] => {
  const mapped = Object.entries(columns).filter(([, column]) => column !== null);
  return [
    ...named
      .filter((heading) => !headings.includes(heading))
      .map((heading) => fault(heading, 'unknown-heading', 'The file has no such heading')),
    ...headings
      .filter((heading) => !Object.hasOwn(columns, heading))
      .map((heading) => fault(heading, 'required', 'Name its column, or null to ignore it')),
    ...mapped
      .filter(([, column], index) => mapped.findIndex(([, other]) => other === column) < index)
      .map(([heading, column]) =>
        fault(heading, 'used-twice', `Another heading is mapped to ${column}`),
      ),
    ...(mapped.some(([, column]) => column === 'ticket')
      ? []
      : [{ pointer: '/columns', code: 'required', detail: 'Map a heading to ticket' }]),
    ...(decimalMark === null && questions.some(({ code }) => code === 'decimal-mark')
      ? [{ pointer: '/decimalMark', code: 'required', detail: 'Give "." or ","' }]
      : []),
  ];
};

/** The mapping with a person's answers; else what is missing or wrong in them. */
export const answerQuestions = (
  headings: readonly string[],
  present: BulkMapping,
  questions: readonly BulkQuestion[],
  { columns, decimalMark }: BulkMappingRequest,
): { ok: true; value: BulkMapping } | { ok: false; failure: Failure } => {
  const mapping: BulkMapping = {
    columns: { ...present.columns, ...columns },
    decimalMark: decimalMark ?? present.decimalMark,
  };
  const errors = findingsOf(headings, mapping, questions, Object.keys(columns));
  if (errors.length === 0) return { ok: true, value: mapping };
  const detail = 'The mapping does not fit the file or leaves a question open; see errors';
  return { ok: false, failure: { code: 'malformed-request', detail, errors } };
};
