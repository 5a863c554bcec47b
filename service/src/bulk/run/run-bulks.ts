import type { BulkPause } from '@cpe-desk/contract';
import { run } from '../../platform/database/database.ts';
import { repeat, reportFailure } from '../../platform/repeat.ts';
import { cancelRows } from './control.ts';
import { type Decision, decideRun } from './decide-run.ts';
import type { BulkRunDeps } from './deps.ts';
import { openFeeder } from './feed.ts';
import { measurePace } from './pace.ts';
import {
  finishBulk,
  pauseRunningBulk,
  type SelectRunningBulksRow,
  selectCancelledWithWaiting,
  selectRunningBulks,
  setWaitsFor,
} from './run.sql.ts';
import { type RunningBulk, runningBulkOf } from './running-bulk.ts';

/** How often an instance looks at the running bulks, ms, and for one where none runs. */
const EVERY_MS = 100;
const IDLE_MS = 500;

/** The decisions about running bulks, in the order of their start. */
const decide = (
  rows: readonly { row: SelectRunningBulksRow; bulk: RunningBulk }[],
): { row: SelectRunningBulksRow; bulk: RunningBulk; decision: Decision }[] => {
  let ahead = 0;
  return rows.map(({ row, bulk }) => {
    const decision = decideRun({
      ...row,
      settings: bulk.settings,
      now: row.read_at,
      nigDownSince: bulk.nigDownSince,
      isHeld: row.is_held,
      hasWaiting: row.has_waiting,
      hasUnsettled: row.has_unsettled,
      ahead,
    });
    if (decision.step === 'run') ahead++;
    return { row, bulk, decision };
  });
};

/** Runs bulks on this instance, beside all others, until stopped. */
export const startBulks = (deps: BulkRunDeps): { stop(): Promise<void> } => {
  const feeder = openFeeder(deps, measurePace(deps.bulkConcurrency));
  const fed = new Map<string, Promise<void>>();
  const failed = reportFailure(deps.log, 'running bulks');
  const feed = (bulk: RunningBulk): void => {
    if (fed.has(bulk.id)) return;
    const feeding = feeder
      .feed(bulk)
      .catch(failed)
      .finally(() => fed.delete(bulk.id));
    fed.set(bulk.id, feeding);
  };
  const follow = async (
    row: SelectRunningBulksRow,
    bulk: RunningBulk,
    decision: Decision,
  ): Promise<void> => {
    if (decision.step === 'finish') return void (await run(deps.db, finishBulk, [bulk.id]));
    if (decision.step === 'pause') {
      const pause: BulkPause = { ...decision.pause, by: null, at: row.read_at.toISOString() };
      const paused = await run(deps.db, pauseRunningBulk, [bulk.id, JSON.stringify(pause)]);
      if (paused.length > 0) deps.log.warn({ bulkId: bulk.id, pause }, 'a bulk is paused');
      return;
    }
    if (row.waits_for !== decision.waitsFor)
      await run(deps.db, setWaitsFor, [bulk.id, decision.waitsFor]);
    if (decision.step === 'run' && row.has_waiting) feed(bulk);
  };
  const round = async (): Promise<number> => {
    for (const { id } of await run(deps.db, selectCancelledWithWaiting, []))
      await cancelRows(deps.db, id);
    const rows = await run(deps.db, selectRunningBulks, []);
    const bulks = rows.map((row) => ({ row, bulk: runningBulkOf(row) }));
    for (const { row, bulk, decision } of decide(bulks)) await follow(row, bulk, decision);
    return rows.length > 0 ? EVERY_MS : IDLE_MS;
  };
  const loop = repeat({ round, failed, retryMs: IDLE_MS });
  return {
    async stop() {
      await loop.stop();
      await feeder.stop();
      await Promise.all(fed.values());
    },
  };
};
