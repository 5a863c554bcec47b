import { randomUUID } from 'node:crypto';
import { maybeOne } from '../../platform/database/database.ts';
import type { Log } from '../../platform/log.ts';
import { type Repeated, repeat, reportFailure } from '../../platform/repeat.ts';
import type { BulkLimits } from '../deps.ts';
import { type LeasedBulk, LeaseLost } from '../lease.ts';
import { readBulk } from '../read/read-bulk.ts';
import { leaseBulk, renewLease } from './check.sql.ts';
import { type CheckDeps, checkBulk } from './check-bulk.ts';

export type PreparingDeps = CheckDeps & { bulkLimits: BulkLimits; log: Log };

const EVERY_MS = 500;
/** After this time without a renewal another instance begins the step again. */
const LEASE_MS = 20_000;
const RENEW_EVERY_MS = 5000;

const keepLease = ({ db, log }: PreparingDeps, { bulk, lease }: LeasedBulk): Repeated => {
  const renew = async () => {
    await maybeOne(db, renewLease, [bulk.id, lease, LEASE_MS]);
    return RENEW_EVERY_MS;
  };
  const failed = reportFailure(log, 'renewing the lease of a bulk');
  return repeat({ round: renew, failed, retryMs: RENEW_EVERY_MS });
};

/** Reads or checks the oldest bulk that waits for it. Returns whether there was one. */
export const prepareOneBulk = async (
  deps: PreparingDeps,
  stopping: AbortSignal,
): Promise<boolean> => {
  const lease = randomUUID();
  const bulk = await maybeOne(deps.db, leaseBulk, [lease, LEASE_MS]);
  if (!bulk) return false;
  const leased = { bulk, lease, stopping };
  const kept = keepLease(deps, leased);
  try {
    if (bulk.state === 'reading') await readBulk(deps.db, leased, deps.bulkLimits);
    else await checkBulk(deps, leased);
  } catch (err) {
    if (!(err instanceof LeaseLost)) throw err;
    deps.log.info({ err, bulkId: bulk.id, state: bulk.state }, 'left the bulk to others');
    // Others begin at once.
    if (stopping.aborted) await maybeOne(deps.db, renewLease, [bulk.id, lease, 0]);
  } finally {
    await kept.stop();
  }
  return true;
};

/** Reads and checks bulks in the background, in each instance, until stopped. */
export const startPreparing = (deps: PreparingDeps): { stop(): Promise<void> } => {
  const stopping = new AbortController();
  const preparing = repeat({
    round: async () => ((await prepareOneBulk(deps, stopping.signal)) ? 0 : EVERY_MS),
    failed: reportFailure(deps.log, 'reading and checking bulks'),
    retryMs: EVERY_MS,
  });
  return {
    stop() {
      stopping.abort();
      return preparing.stop();
    },
  };
};
