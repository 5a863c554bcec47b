import type { RowFault } from './fault.ts';
import type { ImportSelectRemarksRow } from './judge.sql.ts';
import { type FilePlace, placeText } from './read-file.ts';

/**
 * A remark on one line of the file, from 1. `bad`: not imported. `kept`: imported in part, or not
 * at all, because people decided otherwise in the desk. `replaced`: a later line counts.
 */
export type LineRemark = FilePlace & {
  outcome: 'bad' | 'kept' | 'replaced';
  faults: RowFault[];
};

/** `serial-number HWTC1A2B3C4D`, or the id of a CPE, or a ticket number. */
const takenText = (key: string, rival: string): string => {
  const [kind, value] = [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)];
  if (kind === 'cpe') return `network element ${value} is the CPE of service line ${rival}`;
  if (kind === 'number') return `ticket number ${value} belongs to ticket ${rival}`;
  return `${kind} ${value} is in use by service line ${rival}`;
};

/** `rivalPlace`: where the other record of the file is, in words. */
type Row = ImportSelectRemarksRow & { rivalPlace: string };

const texts: Readonly<Record<string, (row: Row) => string>> = {
  'other-kind': ({ value }) => `it is recorded as ${value}; give it another id`,
  'no-network-element': ({ value }) =>
    `network element ${value} of its path is not in the database, and the file has no good one`,
  'olt-after-line': ({ value, rivalPlace }) =>
    `its OLT ${value} is on ${rivalPlace}: write network elements before service lines`,
  'older-release': () =>
    'an instance of an older version may still run; import its IPv6 values when all are upgraded (npm run instances)',
  'no-service-line': ({ value }) =>
    `service line ${value} is not in the database, and the file has no good one`,
  'in-use': ({ value, rival }) =>
    (value ?? '')
      .split('\n')
      .map((key) => takenText(key, rival ?? ''))
      .join(', '),
  'refused-by-database': ({ value }) => value ?? '',
  unsettled: () => 'an update of its CPE is unsettled',
  corrected: () => 'its CPE was corrected in the desk',
  'changed-meanwhile': () => 'it was changed in the desk during the import; import it again',
  replaced: ({ rivalPlace }) => `${rivalPlace} has the same id, and counts`,
};

/** The remark on a judged row, with both lines of the file and both ids where two are concerned. */
export const remarkOf = (row: ImportSelectRemarksRow, isArray: boolean): LineRemark => {
  const kind = row.fault ?? 'replaced';
  const { line, seq, type, id, outcome, rival_line: rival, rival_seq: rivalSeq } = row;
  // The records of an array are its elements.
  const placeOf = (at: number, item: number | null): FilePlace =>
    isArray && item !== null ? { line: at, item } : { line: at };
  const rivalPlace = rival === null ? '' : placeText(placeOf(rival, rivalSeq));
  const other = kind === 'in-use' && rival !== null ? ` (${rivalPlace})` : '';
  const text = `${type} ${id}: ${texts[kind]?.({ ...row, rivalPlace }) ?? kind}${other}`;
  const isKnown = outcome === 'bad' || outcome === 'replaced';
  return { ...placeOf(line, seq), outcome: isKnown ? outcome : 'kept', faults: [{ kind, text }] };
};
