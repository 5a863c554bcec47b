import { randomUUIDv7 } from 'node:crypto';
import type { HistoryEntry } from '@cpe-desk/contract';
import { type DatabaseClock, timeBy } from '../../platform/database/clock.ts';
import { entryHash, type HistoryFacts } from './entry-hash.ts';

/** The end of a line's chain: its last entry. Before the first entry: 0, null and null. */
export type ChainHead = { sequence: number; hash: string | null; at: Date | null };

/** The columns of `cpe` with the end of the line's chain. */
export type ChainHeadRow = {
  history_sequence: number;
  history_hash: string | null;
  history_at: Date | null;
};

export const headOf = (row: ChainHeadRow): ChainHead => ({
  sequence: row.history_sequence,
  hash: row.history_hash,
  at: row.history_at,
});

/** The time of the next entry: the database's, but never before the last entry's. */
export const nextTime = ({ at }: ChainHead, clock: DatabaseClock): Date => {
  const now = timeBy(clock);
  return at && at > now ? at : now;
};

/** The entry after the end of its line's chain. */
export const chainEntry = (
  head: ChainHead,
  facts: Omit<HistoryFacts, 'id' | 'sequence'>,
): HistoryEntry => {
  const numbered: HistoryFacts = { id: randomUUIDv7(), sequence: head.sequence + 1, ...facts };
  return { ...numbered, previousHash: head.hash, hash: entryHash(head.hash, numbered) };
};
