import type { KeyObject } from 'node:crypto';
import {
  inTransaction,
  maybeOne,
  one,
  type Pool,
  type Queryable,
  run,
  type Transaction,
} from '../platform/database/database.ts';
import { insertRecord, selectAnchorBefore, selectDatabaseTime, selectLastRecord } from './anchor-queries.ts';
import { type AnchorCause, type SignedRecord, signRecord } from './anchor-record.ts';
import { declareAllHeads, declareHeadsSince, fetchHeads } from './queries.ts';

/** Signing this many heads occupies the process for some 8 ms. */
const HEADS = 5000;

/** An entry is committed a few minutes after the time that it states, at most. */
const OVERLAP_MS = 10 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

export type DatabaseTime = (db: Queryable) => Promise<Date>;
const readDatabaseTime: DatabaseTime = async (db) => (await one(db, selectDatabaseTime, [])).now;

const dayOf = (at: Date): string => at.toISOString().slice(0, 'YYYY-MM-DD'.length);

/**
 * Since when a chain must have grown to be anchored at `at`; null: all chains. The first anchor
 * of a day goes back a day further, so that it has what a clock that was set back left out of the
 * hourly ones.
 */
const sinceOf = async (tx: Transaction, at: Date): Promise<Date | null> => {
  const before = await maybeOne(tx, selectAnchorBefore, [at]);
  if (!before) return null;
  return dayOf(before.at) === dayOf(at)
    ? new Date(before.at.getTime() - OVERLAP_MS)
    : new Date(before.day_begun.getTime() - DAY_MS);
};

export const addRecord = async (tx: Transaction, record: SignedRecord, at: string): Promise<void> => {
  await run(tx, insertRecord, [record.number, record.kind, at, record.digest, record.body]);
};

export type AnchorOptions = {
  cause: AnchorCause;
  /** What the first record of all follows: the last anchor of a version before this. */
  follows?: string | null;
  mostHeads?: number;
  stopping?: AbortSignal;
  /** The database's clock. */
  time?: DatabaseTime;
};

/**
 * Anchors the chains that grew since the last anchor, some thousands each, all at the same time:
 * the database's. Either all of them are added or none. The number is unique: of two instances
 * that anchor at once, one fails.
 */
export const writeAnchors = async (
  db: Pool,
  key: KeyObject,
  { cause, follows = null, mostHeads = HEADS, stopping, time = readDatabaseTime }: AnchorOptions,
): Promise<void> => {
  await inTransaction(db, async (tx) => {
    const at = await time(tx);
    const last = await maybeOne(tx, selectLastRecord, []);
    let [number, previous] = [last?.number ?? 0, last?.digest ?? follows];
    const since = await sinceOf(tx, at);
    if (since) await run(tx, declareHeadsSince, [since]);
    else await run(tx, declareAllHeads, []);
    const fetch = fetchHeads(mostHeads);
    for (let isLast = false; !isLast; ) {
      stopping?.throwIfAborted();
      const heads = await run(tx, fetch, []);
      isLast = heads.length < mostHeads;
      // A batch without heads is an anchor of its own only where there is no other.
      if (heads.length === 0 && number > (last?.number ?? 0)) return;
      const record = signRecord(key, {
        format: 'cpe-desk-anchor-3',
        number: ++number,
        at: at.toISOString(),
        previous,
        cause,
        heads: heads.map(({ line, sequence, hash }) => [line, sequence, hash]),
      });
      await addRecord(tx, record, at.toISOString());
      previous = record.digest;
    }
  });
};
