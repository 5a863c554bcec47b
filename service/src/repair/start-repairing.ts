import type { FlowDeps } from '../cpe-update/batches.ts';
import { run } from '../platform/database/database.ts';
import { repeat, reportFailure } from '../platform/repeat.ts';
import {
  type LeaseRepairLinesRow,
  leaseRepairLines,
  releaseRepairLine,
  writeRepairVerdict,
} from './repair.sql.ts';
import { type LineToRepair, repairLine } from './repair-line.ts';

const EVERY_MS = 500;
/** Operators' updates have priority. */
const CONCURRENCY = 4;

const lineOf = (row: LeaseRepairLinesRow): LineToRepair => ({
  repairId: row.repair_id,
  serviceLineId: row.service_line_id,
  take: row.take,
  reason: row.reason,
  isAlone: row.is_alone,
  caller: {
    id: row.actor_id,
    name: row.actor_name,
    segmentGroups: row.segment_groups,
    roles: ['supervisor'],
    actions: ['cpe-update:repair'],
  },
});

const repairOne = async (deps: FlowDeps, row: LeaseRepairLinesRow): Promise<void> => {
  const line = lineOf(row);
  try {
    const judged = await repairLine(deps, line);
    // A hold began meanwhile. No line is leased before it ends.
    if (!judged)
      return void (await run(deps.db, releaseRepairLine, [line.repairId, line.serviceLineId]));
    const { verdict, detail, updateId } = judged;
    await run(deps.db, writeRepairVerdict, [
      line.repairId,
      line.serviceLineId,
      verdict,
      detail,
      updateId,
    ]);
  } catch (err) {
    // Expected: the database is unavailable. The line is leased again after this lease.
    deps.log.error(
      { err, repairId: line.repairId, line: line.serviceLineId },
      'cannot repair a line; it is retried',
    );
  }
};

/** Works on lines without a verdict. Returns the number of leased lines. */
export const repairDueLines = async (deps: FlowDeps): Promise<number> => {
  // Time for a look-up of NIG's CPE, a send, and the database.
  const rows = await run(deps.db, leaseRepairLines, [4 * deps.nigTimeoutMs + 10_000, CONCURRENCY]);
  await Promise.all(rows.map((row) => repairOne(deps, row)));
  return rows.length;
};

/** Works on repairs in the background, in each instance, until stopped. */
export const startRepairing = (deps: FlowDeps): { stop(): Promise<void> } =>
  repeat({
    // Continues at once while lines wait.
    round: async () => ((await repairDueLines(deps)) > 0 ? 0 : EVERY_MS),
    failed: reportFailure(deps.log, 'repairing'),
    retryMs: EVERY_MS,
  });
