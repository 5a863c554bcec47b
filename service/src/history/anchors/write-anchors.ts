import type { KeyObject } from 'node:crypto';
import {
  inTransaction,
  maybeOne,
  one,
  type Pool,
  type Queryable,
  run,
  statement,
  type Transaction,
} from '../../platform/database/database.ts';
import { declareAllHeads, declareHeadsSince, type SelectHeadsRow } from '../history.sql.ts';
import { type AnchorCause, type SignedRecord, signRecord } from './anchor-record.ts';
import {
  insertHistoryRecord,
  selectAnchorBefore,
  selectDatabaseTime,
  selectLastHistoryRecord,
} from './anchors.sql.ts';

/** Signing this many heads blocks the process for about 8 ms. */
const HEADS = 5000;

/** An entry is committed at most a few minutes after its time. */
const OVERLAP_MS = 10 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

export type DatabaseTime = (db: Queryable) => Promise<Date>;
const readDatabaseTime: DatabaseTime = async (db) => (await one(db, selectDatabaseTime, [])).now;

const dayOf = (at: Date): string => at.toISOString().slice(0, 'YYYY-MM-DD'.length);

/**
 * A chain is anchored at `at` if it has grown since this time; null: all chains. The first anchor
 * of a day goes back one day more. It covers entries that hourly anchors missed because a clock was
 * set back.
 */
const sinceOf = async (tx: Transaction, at: Date): Promise<Date | null> => {
  const before = await maybeOne(tx, selectAnchorBefore, [at]);
  if (!before) return null;
  return dayOf(before.at) === dayOf(at)
    ? new Date(before.at.getTime() - OVERLAP_MS)
    : new Date(before.day_begun.getTime() - DAY_MS);
};

export const addRecord = async (
  tx: Transaction,
  record: SignedRecord,
  at: string,
): Promise<void> => {
  await run(tx, insertHistoryRecord, [record.number, record.kind, at, record.digest, record.body]);
};

export type AnchorOptions = {
  cause: AnchorCause;
  /** The digest that the first record follows: the last anchor of an older release. */
  follows?: string | null;
  mostHeads?: number;
  stopping?: AbortSignal;
  /** Reads the database's clock. */
  time?: DatabaseTime;
};

/** Reads on in the cursor. FETCH takes no parameter, so the number is part of the statement. */
const fetchHeads = (most: number) =>
  statement<SelectHeadsRow>(`fetch-${most}-heads`, `fetch ${most} from heads`);

/**
 * Anchors the chains that grew since the last anchor, some thousands in each record, all with the
 * database's time. Adds all records or none. The number is unique, so of two instances that anchor
 * at once, one fails.
 */
export const writeAnchors = async (
  db: Pool,
  key: KeyObject,
  { cause, follows = null, mostHeads = HEADS, stopping, time = readDatabaseTime }: AnchorOptions,
): Promise<void> => {
  await inTransaction(db, async (tx) => {
    const at = await time(tx);
    const last = await maybeOne(tx, selectLastHistoryRecord, []);
    let [number, previous] = [last?.number ?? 0, last?.digest ?? follows];
    const since = await sinceOf(tx, at);
    if (since) await run(tx, declareHeadsSince, [since]);
    else await run(tx, declareAllHeads, []);
    const fetch = fetchHeads(mostHeads);
    for (let isLast = false; !isLast; ) {
      stopping?.throwIfAborted();
      const heads = await run(tx, fetch, []);
      isLast = heads.length < mostHeads;
      // An empty batch becomes an anchor only where it is the only one.
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
