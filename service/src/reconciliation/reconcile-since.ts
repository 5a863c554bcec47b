import { setTimeout as sleep } from 'node:timers/promises';
import { type Cpe, cpeSchema } from '@cpe-desk/contract';
import { maybeOne, type Pool, run } from '../platform/database/database.ts';
import { type Pass, type ReconcileDeps, type ReconcileOptions, reconcile } from './reconcile.ts';
import {
  restartReconciliation,
  selectLastReconciliation,
  selectNigDrifts,
} from './reconciliation.sql.ts';

const POLL_MS = 1000;
const PAGE = 1000;

/** A line on which NIG holds another CPE than is recorded; `held` null: none. */
export type NigDrift = {
  lineId: string;
  foundAt: Date;
  fields: string[];
  recorded: Cpe;
  held: Cpe | null;
};

/**
 * Compares all lines after the database was restored to `since`. A pass that the backup holds
 * begins again. Where another instance works on a pass, `onWait` is called once, and its end
 * awaited.
 */
export const reconcileSince = async (
  tools: ReconcileDeps,
  since: Date,
  { onWait, ...options }: ReconcileOptions & { onWait: () => void },
): Promise<Pass> => {
  await run(tools.db, restartReconciliation, [since]);
  let pass = await reconcile(tools, options);
  if (pass.end === 'another instance works on it') onWait();
  while (pass.end === 'another instance works on it' && !options.signal?.aborted) {
    await sleep(POLL_MS);
    const last = await maybeOne(tools.db, selectLastReconciliation, []);
    // Otherwise the other instance may have died: its lease ends.
    pass = last?.ended_at ? { end: 'done', counts: last } : await reconcile(tools, options);
  }
  return pass;
};

/** Each line on which NIG differs as of its last comparison, by id. */
export async function* nigDrifts(db: Pool): AsyncGenerator<NigDrift> {
  for (let after = ''; ; ) {
    const rows = await run(db, selectNigDrifts, [after, PAGE]);
    for (const row of rows)
      yield {
        lineId: row.service_line_id,
        foundAt: row.found_at,
        fields: row.fields,
        recorded: cpeSchema.parse(row.recorded),
        held: cpeSchema.nullable().parse(row.held),
      };
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.service_line_id;
  }
}
