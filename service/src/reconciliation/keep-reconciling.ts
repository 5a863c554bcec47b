import { one } from '../database.ts';
import type { Desk } from '../desk.ts';
import { isDatabaseAway } from '../http/problem.ts';
import { selectPassDue } from './queries.ts';
import { reconcile } from './reconcile.ts';

/** How often is looked whether a pass is due, or one that was left open can go on. */
const LOOK_EVERY_MS = 10 * 60_000;
const HOUR_MS = 60 * 60_000;

const passIfDue = async (desk: Desk, everyHours: number, signal: AbortSignal): Promise<void> => {
  if (!(await one(desk.db, selectPassDue, [everyHours * HOUR_MS])).due) return;
  const { end, counts } = await reconcile(desk, {
    signal,
    tell: ({ lineId, holder, difference: { fields } }) =>
      desk.log.warn(
        { lineId, holder, fields },
        holder === 'nig' ? 'NIG holds another CPE than is recorded' : 'corp-data record repaired',
      ),
  });
  desk.log.info({ end, counts }, 'reconciliation');
};

/** Reconciles all lines every `everyHours`, in one of the instances, until stopped. 0: never. */
export const keepReconciling = (desk: Desk, everyHours: number): { stop(): Promise<void> } => {
  if (everyHours === 0) return { stop: async () => {} };
  const stopped = new AbortController();
  const look = async (): Promise<void> => {
    try {
      await passIfDue(desk, everyHours, stopped.signal);
    } catch (err) {
      if (isDatabaseAway(err)) desk.log.warn({ err }, 'reconciliation waits for the database');
      else desk.log.error({ err }, 'reconciliation failed');
    }
    if (!stopped.signal.aborted) timer = setTimeout(next, LOOK_EVERY_MS);
  };
  let timer: NodeJS.Timeout | undefined;
  let running = look();
  const next = () => {
    running = look();
  };
  return {
    async stop() {
      stopped.abort();
      clearTimeout(timer);
      await running;
    },
  };
};
