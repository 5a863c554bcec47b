import { type KeyObject, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Pool, run } from '../../platform/database/database.ts';
import type { Log } from '../../platform/log.ts';
import { lastOldDigest } from './anchor-folder.ts';
import type { AnchorCause } from './anchor-record.ts';
import { releaseHistoryLease, takeHistoryLease } from './anchors.sql.ts';
import { recordCopier } from './copy-records.ts';
import { postRecords } from './post-records.ts';
import { writeAnchors } from './write-anchors.ts';

const TIMES = {
  /** How often an anchor is made, and how soon a failed one is retried. */
  anchorEveryMs: 60 * 60_000,
  retryMs: 5 * 60_000,
  /** The lease ends this long after its last renewal. */
  leaseMs: 60_000,
  renewEveryMs: 20_000,
  /** The last anchor may delay the stop of the desk this long. */
  stopWithinMs: 5000,
};

type Parts = {
  db: Pool;
  key: KeyObject;
  dataDir: string;
  /** Records are also posted to this URL. */
  url: string | undefined;
  log: Pick<Log, 'error'>;
};

/** Runs tasks and reports each task's fault once, until the fault changes or ends. */
const faultReporter = (log: Parts['log'], stopping: AbortSignal) => {
  const last = { renew: '', work: '' };
  return async (name: keyof typeof last, task: () => Promise<void>): Promise<void> => {
    let fault = '';
    try {
      await task();
    } catch (err) {
      fault = err instanceof Error ? err.message : String(err);
      // Expected: the database is unavailable, the disk is full, or the desk stops.
      if (!stopping.aborted && fault !== last[name])
        log.error({ err }, 'anchoring the history failed');
    }
    last[name] = fault;
  };
};

/**
 * Anchors the history. The instance with the lease anchors when it gets the lease, every hour and
 * when it stops. Every instance copies the records to its DATA_DIR.
 */
export const startAnchoring = (
  { db, key, dataDir, url, log }: Parts,
  times: Partial<typeof TIMES> = {},
) => {
  const { anchorEveryMs, retryMs, leaseMs, renewEveryMs, stopWithinMs } = { ...TIMES, ...times };
  const holder = randomUUID();
  const stopping = new AbortController();
  const copy = recordCopier(db, dataDir);
  let isHolder = false;
  let cause: AnchorCause = 'hour';
  // Monotonic: a step of the system's clock neither hastens nor delays an anchor.
  let nextAnchor = 0;
  let nextPost = 0;
  const report = faultReporter(log, stopping.signal);

  const anchor = async (of: AnchorCause, signal: AbortSignal): Promise<void> => {
    await writeAnchors(db, key, {
      cause: of,
      follows: await lastOldDigest(dataDir),
      stopping: signal,
    });
    nextAnchor = performance.now() + anchorEveryMs;
    nextPost = 0;
    cause = 'hour';
  };
  const work = async (signal: AbortSignal): Promise<void> => {
    await copy(signal);
    if (isHolder && performance.now() >= nextAnchor) {
      nextAnchor = performance.now() + retryMs;
      await anchor(cause, signal);
      await copy(signal);
    }
    if (!isHolder || url === undefined || performance.now() < nextPost) return;
    nextPost = performance.now() + retryMs;
    await postRecords(db, url, signal);
  };
  const renew = async (): Promise<void> => {
    const [lease] = await run(db, takeHistoryLease, [holder, leaseMs]);
    isHolder = lease !== undefined;
    if (lease?.is_new) [cause, nextAnchor] = ['started', 0];
  };

  // A renewal does not wait for a running task: the first anchor of a large desk takes minutes.
  let working: Promise<void> | undefined;
  let renewing: Promise<void> | undefined;
  const round = (): void => {
    renewing ??= report('renew', renew).finally(() => {
      renewing = undefined;
      if (stopping.signal.aborted) return;
      working ??= report('work', () => work(stopping.signal)).finally(() => {
        working = undefined;
      });
    });
  };
  round();
  const timer = setInterval(round, renewEveryMs);

  const finish = async (): Promise<void> => {
    await renewing;
    await working;
    if (!isHolder) return;
    const signal = AbortSignal.timeout(stopWithinMs);
    await report('work', async () => {
      await anchor('stopped', signal);
      await copy(signal);
      if (url !== undefined) await postRecords(db, url, signal);
    });
    await report('renew', async () => void (await run(db, releaseHistoryLease, [holder])));
  };
  return {
    async stop(): Promise<void> {
      clearInterval(timer);
      stopping.abort();
      await Promise.race([finish(), delay(stopWithinMs, undefined, { ref: false })]);
    },
  };
};
