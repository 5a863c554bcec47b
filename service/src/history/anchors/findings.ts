import { type Queryable, run } from '../../platform/database/database.ts';
import { selectLostHeads } from '../history.sql.ts';
import type { HistoryRecord, RestoreRecord } from './anchor-record.ts';

/** The findings of a verification: a fault must be examined, a note explains. */
export type Findings = { faults: string[]; notes: string[] };

type Heads = HistoryRecord['heads'];

/** Anchored heads that the history lacks. Sequence 0 stands for a line without entries. */
export const lostHeads = (db: Queryable, heads: Heads) => {
  const entries = heads.filter(([, sequence]) => sequence > 0);
  return run(db, selectLostHeads, [
    entries.map(([line]) => line),
    entries.map(([, sequence]) => sequence),
    entries.map(([, , hash]) => hash),
  ]);
};

/**
 * By the digest of an anchor that a restore made obsolete: for each line, the first entry that the
 * database lacks.
 */
export type Covered = ReadonlyMap<string, ReadonlyMap<string, number>>;

export const coveredBy = (restores: readonly RestoreRecord[]): Covered => {
  const covered = new Map<string, Map<string, number>>();
  for (const { lost, lines } of restores)
    for (const { digest } of lost) covered.set(digest, new Map(lines));
  return covered;
};

/** Lost heads that no restore record covers. */
export const uncovered = (
  lost: readonly { line: string; sequence: number }[],
  lines: ReadonlyMap<string, number> | undefined,
) => lost.filter(({ line, sequence }) => sequence < (lines?.get(line) ?? Number.POSITIVE_INFINITY));
