import type { HistoryEntry } from '@cpe-desk/contract';
import { one, type Queryable, run } from '../../platform/database/database.ts';
import { type ChainVerifier, chainVerifier, type LineVerdict } from '../chain/verify-chain.ts';
import { countApplied, selectChain, selectHistoryOrderedSince } from '../history.sql.ts';
import { entryOf } from '../read-history.ts';

const BATCH = 1000;

/**
 * Entries in the order of their chains, of one line or (null) of all lines. Reads in batches to
 * limit memory.
 */
export async function* readChain(
  db: Queryable,
  serviceLineId: string | null,
): AsyncGenerator<HistoryEntry> {
  let [line, sequence] = ['', 0];
  for (;;) {
    const rows = await run(db, selectChain, [serviceLineId, line, sequence, BATCH]);
    for (const row of rows) yield entryOf(row);
    const last = rows.at(-1);
    if (!last || rows.length < BATCH) return;
    [line, sequence] = [last.service_line_id, last.sequence];
  }
}

/** From this time on, no entry has an earlier time than the line's previous entry. */
export const timesOrderedSince = async (db: Queryable): Promise<Date> =>
  (await one(db, selectHistoryOrderedSince, [])).since;

/** Verifies one line's history. */
export const verifyLine = async (db: Queryable, serviceLineId: string): Promise<LineVerdict> => {
  const verifier = chainVerifier(serviceLineId, await timesOrderedSince(db));
  for await (const entry of readChain(db, serviceLineId)) verifier.add(entry);
  const [row] = await run(db, countApplied, [[serviceLineId]]);
  return verifier.verdict(row?.applied ?? 0);
};

/** Verifies the history of all lines, line by line. */
export async function* verifyAll(db: Queryable): AsyncGenerator<LineVerdict> {
  const orderedSince = await timesOrderedSince(db);
  const applied = new Map(
    (await run(db, countApplied, [null])).map((row) => [row.line, row.applied]),
  );
  let current: { line: string; verifier: ChainVerifier } | undefined;
  const finish = ({ line, verifier }: { line: string; verifier: ChainVerifier }): LineVerdict => {
    const count = applied.get(line) ?? 0;
    applied.delete(line);
    return verifier.verdict(count);
  };
  for await (const entry of readChain(db, null)) {
    if (current && current.line !== entry.serviceLineId) yield finish(current);
    if (current?.line !== entry.serviceLineId)
      current = {
        line: entry.serviceLineId,
        verifier: chainVerifier(entry.serviceLineId, orderedSince),
      };
    current.verifier.add(entry);
  }
  if (current) yield finish(current);
  // The remaining lines have applied updates and no entry at all.
  for (const [line, count] of applied) yield chainVerifier(line, orderedSince).verdict(count);
}
