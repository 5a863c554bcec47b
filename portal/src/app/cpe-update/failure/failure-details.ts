import {
  type Cpe,
  type CpeField,
  cpeFields,
  cpeSchema,
  type IneligibilityReason,
  type NetworkElementKind,
  problems,
} from '@cpe-desk/contract';
import * as z from 'zod';
import { emptyText, formatBandwidth } from '../../words/formats.ts';
import { findingWords } from '../../words/problem-words.ts';
import { words } from '../../words/words.ts';

/** A field's value on three sides, in words. */
export type ConflictRow = { label: string; opened: string; now: string; wanted: string };

/** What a problem carries besides its code, ready to be shown. */
export type FailureDetails = {
  /** Sentences: field errors, reasons, missing elements, NIG's own words. */
  lines: string[];
  conflicts: ConflictRow[];
};

const nothing: FailureDetails = { lines: [], conflicts: [] };

const members = {
  errors: z.object(problems['invalid-cpe'].members),
  reasons: z.object(problems['not-eligible'].members),
  missing: z.object(problems['no-network-context'].members),
  differs: z.object(problems['nig-differs'].members),
  conflicts: z.object({ conflicts: problems['stale-cpe'].members.conflicts }),
  nig: z.object({ nig: problems['nig-rejected'].members.nig }),
};

/** The label of a JSON pointer into a request; the pointer itself where the page has none. */
const labelOf = (pointer: string): string => {
  if (pointer === '/reason') return words().shell.reason;
  const name = [...cpeFields, 'downKbps' as const, 'upKbps' as const].find(
    (field) => pointer === `/new/${field}` || pointer === `/new/bandwidth/${field}`,
  );
  return name ? words().fields[name] : pointer;
};

const reasonLine = (reason: IneligibilityReason): string => words().ineligible[reason];
const missingLine = (kind: NetworkElementKind): string =>
  words().failures.noElement(words().element[kind]);

const valueWords = (field: CpeField, value: unknown): string => {
  const bandwidth = cpeSchema.shape.bandwidth.safeParse(value);
  if (field === 'bandwidth')
    return bandwidth.success ? formatBandwidth(bandwidth.data) : words().notKnown;
  return typeof value === 'string' && value !== '' ? value : emptyText(field);
};

/** What NIG holds, field by field where it differs. */
const nigLines = ({ fields, nig }: { fields: CpeField[]; nig: Cpe }): string[] =>
  fields.map((field) =>
    words().failures.nigHolds(words().fields[field], valueWords(field, nig[field])),
  );

/** The details of a problem, by the members that it carries. */
export const failureDetails = (problem: unknown): FailureDetails => {
  const errors = members.errors.safeParse(problem);
  if (errors.success)
    return {
      ...nothing,
      lines: errors.data.errors.map((error) => `${labelOf(error.pointer)}: ${findingWords(error)}`),
    };
  const reasons = members.reasons.safeParse(problem);
  if (reasons.success) return { ...nothing, lines: reasons.data.reasons.map(reasonLine) };
  const missing = members.missing.safeParse(problem);
  if (missing.success) return { ...nothing, lines: missing.data.missing.map(missingLine) };
  const nig = members.nig.safeParse(problem);
  if (nig.success)
    return {
      ...nothing,
      lines: [words().failures.nigSays(nig.data.nig.code, nig.data.nig.message)],
    };
  const differs = members.differs.safeParse(problem);
  if (differs.success) return { ...nothing, lines: nigLines(differs.data) };
  const conflicts = members.conflicts.safeParse(problem);
  if (!conflicts.success) return nothing;
  return {
    ...nothing,
    conflicts: conflicts.data.conflicts.map(({ field, opened, now, wanted }) => ({
      label: words().fields[field],
      opened: valueWords(field, opened),
      now: valueWords(field, now),
      wanted: valueWords(field, wanted),
    })),
  };
};
