import { setTimeout as sleep } from 'node:timers/promises';
import { sendToNig } from '../../cpe-update/4-send.ts';
import { run } from '../../platform/database/database.ts';
import { isDatabaseUnavailable } from '../../platform/database/errors.ts';
import type { BulkRunDeps } from './deps.ts';
import type { Pace } from './pace.ts';
import { PROBE_EVERY_MS, type RecordedRow, recordBatch } from './record-batch.ts';
import { noteNigDown, noteNigUp } from './run.sql.ts';
import type { RunningBulk } from './running-bulk.ts';

/** Rows that go alone after one of them broke a batch. */
const ALONE = 128;

/** Feeds the rows of bulks to NIG, on this instance. */
export type Feeder = {
  /** Records and sends rows of a bulk, as long as it runs and has any. */
  feed(bulk: RunningBulk): Promise<void>;
  /** Takes no more rows; resolves when those that were recorded are settled or left to settling. */
  stop(): Promise<void>;
};

const isNigAway = ({ nig }: BulkRunDeps): boolean => nig.isAvailable?.() === false;

export const openFeeder = (deps: BulkRunDeps, pace: Pace): Feeder => {
  const active = new Set<Promise<void>>();
  let isStopped = false;
  const send = async (bulk: RunningBulk, { intent, sendInMs }: RecordedRow): Promise<void> => {
    try {
      if (sendInMs > 0) await sleep(sendInMs);
      await sendToNig(deps, bulk.caller, intent);
    } catch (err) {
      // The update settles in the background, and its row follows.
      deps.log.error({ err, updateId: intent.updateId }, 'a row of a bulk was not followed');
    } finally {
      pace.ended();
    }
  };
  /** One batch; false where the bulk can do no more now. */
  const feedBatch = async (
    bulk: RunningBulk,
    at: { after: number; alone: number },
  ): Promise<boolean> => {
    await pace.whenFree();
    if (isStopped || isNigAway(deps)) return false;
    const isProbe = bulk.nigDownSince !== null;
    const most = isProbe || at.alone > 0 ? 1 : pace.free();
    if (most === 0) return true;
    const release = pace.begin(most);
    const batch = await recordBatch(deps, bulk, { after: at.after, most }).catch((error) => {
      release(most);
      throw error;
    });
    release(most - batch.recorded.length);
    const sends = batch.recorded.map((row) => {
      const sending = send(bulk, row).finally(() => active.delete(sending));
      active.add(sending);
      return sending;
    });
    if (isProbe) {
      await Promise.all(sends);
      return false;
    }
    if (batch.end === 'again') at.alone = ALONE;
    else if (at.alone > 0) at.alone--;
    if (batch.end === 'recorded') at.after = batch.last;
    return batch.end === 'recorded' || batch.end === 'again';
  };
  return {
    async feed(bulk) {
      if (isNigAway(deps)) {
        await run(deps.db, noteNigDown, [bulk.id, PROBE_EVERY_MS]);
        return;
      }
      const isBack = bulk.nigDownSince !== null && deps.nig.status().circuit === 'closed';
      if (isBack) await run(deps.db, noteNigUp, [bulk.id]);
      const fed = isBack ? { ...bulk, nigDownSince: null } : bulk;
      const at = { after: 0, alone: 0 };
      try {
        while (await feedBatch(fed, at));
        if (isNigAway(deps)) await run(deps.db, noteNigDown, [bulk.id, PROBE_EVERY_MS]);
      } catch (err) {
        if (!isDatabaseUnavailable(err)) throw err;
        deps.log.warn({ err, bulkId: bulk.id }, 'a bulk waits for the database');
      }
    },
    async stop() {
      isStopped = true;
      while (active.size > 0) await Promise.all(active);
    },
  };
};
