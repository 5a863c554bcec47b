import type { CpeUpdateDeps } from '../cpe-update/deps.ts';
import { run } from '../platform/database/database.ts';
import { repeat, reportFailure } from '../platform/repeat.ts';
import { type RepairLineRow, returnLine, takeLines, writeVerdict } from './queries.ts';
import { type LineToRepair, repairLine } from './repair-line.ts';

const EVERY_MS = 500;
/** Operators' updates come first. */
const AT_A_TIME = 4;

const lineOf = (row: RepairLineRow): LineToRepair => ({
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

const work = async (deps: CpeUpdateDeps, row: RepairLineRow): Promise<void> => {
  const line = lineOf(row);
  try {
    const judged = await repairLine(deps, line);
    // A hold began meanwhile. No line is taken before it ends.
    if (!judged) return void (await run(deps.db, returnLine, [line.repairId, line.serviceLineId]));
    const { verdict, detail, updateId } = judged;
    await run(deps.db, writeVerdict, [line.repairId, line.serviceLineId, verdict, detail, updateId]);
  } catch (err) {
    // Expected: the database is away. The line is taken again when its lease is over.
    deps.log.error({ err, repairId: line.repairId, line: line.serviceLineId }, 'a line was not repaired');
  }
};

/** Works on lines that wait for a verdict; how many it took. */
export const repairDueLines = async (deps: CpeUpdateDeps): Promise<number> => {
  // A call for what NIG holds, one that sends, and time for the database.
  const rows = await run(deps.db, takeLines, [4 * deps.nigTimeoutMs + 10_000, AT_A_TIME]);
  await Promise.all(rows.map((row) => work(deps, row)));
  return rows.length;
};

/** Works on repairs in the background, in each instance, until stopped. */
export const startRepairing = (deps: CpeUpdateDeps): { stop(): Promise<void> } =>
  repeat({
    // At once again while there is work.
    round: async () => ((await repairDueLines(deps)) > 0 ? 0 : EVERY_MS),
    failed: reportFailure(deps.log, 'repairing'),
    retryMs: EVERY_MS,
  });
