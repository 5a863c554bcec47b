import { selectOldestStatement, selectRunningBackends } from './database.sql.ts';
import { one, type Pool, run } from './database.ts';
import type { DroppedBackends } from './pool.ts';

type Dropped = { processId: number; since: number; whenEnded: () => void };

const CHECK_EVERY_MS = 1000;

/**
 * Behind a pooler the process is unknown. It has ended where no statement of the desk's role is as
 * old as the drop: also after a failover, whose new primary never had the session. Other instances
 * work as the same role, so their long statements may delay this.
 */
const runningBehindPooler = async (
  probe: Pool,
  all: readonly Dropped[],
  agesMs: readonly number[],
): Promise<Set<number>> => {
  const oldest = (await one(probe, selectOldestStatement, [])).ms_ago ?? 0;
  return new Set(all.filter((_, n) => (agesMs[n] ?? 0) < oldest).map((one) => one.processId));
};

/** Watches the sessions over `probe`, a connection that no other work can occupy. */
export const watchDropped = (probe: Pool, { isPooled }: { isPooled: boolean }): DroppedBackends => {
  const dropped = new Set<Dropped>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const running = async (all: readonly Dropped[]): Promise<Set<number>> => {
    const agesMs = all.map(({ since }) => performance.now() - since);
    if (isPooled) return runningBehindPooler(probe, all, agesMs);
    const rows = await run(probe, selectRunningBackends, [
      all.map(({ processId }) => processId),
      agesMs,
    ]);
    return new Set(rows.map(({ pid }) => pid));
  };
  const check = async (): Promise<void> => {
    const all = [...dropped];
    // Expected: the database is unavailable. The next check asks again.
    const still = await running(all).catch(() => undefined);
    for (const one of all) {
      if (!still || still.has(one.processId)) continue;
      dropped.delete(one);
      one.whenEnded();
    }
    timer = undefined;
    scheduleCheck();
  };
  const scheduleCheck = () => {
    if (timer || isStopped || dropped.size === 0) return;
    timer = setTimeout(() => void check(), CHECK_EVERY_MS).unref();
  };
  return {
    add(processId, whenEnded) {
      dropped.add({ processId, since: performance.now(), whenEnded });
      scheduleCheck();
    },
    count: () => new Set([...dropped].map(({ processId }) => processId)).size,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
};
