import { randomUUID } from 'node:crypto';
import type { NigAttempt } from '@cpe-desk/contract';
import type { LookUpAnswer } from '../../nig/nig.ts';
import { run } from '../../platform/database/database.ts';
import { repeat, reportFailure } from '../../platform/repeat.ts';
import { beginTrace } from '../../platform/tracing/tracing.ts';
import { applyUpdate } from '../5-apply.ts';
import type { CpeUpdateDeps } from '../deps.ts';
import { updateOf } from '../read-update.ts';
import {
  leaveAccepted,
  leaveUnknown,
  settleAsAbandoned,
  settleAsNeedsAttention,
  settleAsRejected,
} from '../settle-as.ts';
import { type LockUpdateRow, leaseDueUpdates, postponeUpdate } from '../settle-update.sql.ts';
import { LOCK_TIMEOUT_MS, settlingTransaction } from '../settling-transaction.ts';
import { fetchHeldSide, lookUp } from './fetch-nig-view.ts';
import { unsettledReason } from './unsettled-reason.ts';
import { type ClockSteps, watchClockSteps } from './watch-clock-steps.ts';

const EVERY_MS = 500;
/** Updates that are settled at a time. */
const AT_MOST = 20;
const LONGEST_WAIT_MS = 60_000;

const NOT_YET = 'NIG has not got it yet';

/** Time until NIG is asked again: doubles from one second to one minute. */
const backoffMs = (asked: number): number =>
  Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(asked, 10));

/**
 * "NIG never got it" counts only from a look-up that began at least twice `nigTimeoutMs` after the
 * send. Until then a proxy or NIG's own queue may still hold the request. A send begins at most
 * `nigTimeoutMs` after the intent was recorded (`4-send.ts`), and the row's age was read
 * before the look-up.
 */
const isLateEnough = ({ age_ms }: LockUpdateRow, deps: CpeUpdateDeps): boolean =>
  age_ms >= lateMs(deps);

const lateMs = ({ nigTimeoutMs }: CpeUpdateDeps): number => 3 * nigTimeoutMs;

/** Applies an update that NIG accepted, unless it waits long for a lock. */
export const applyWithoutWaiting = (
  deps: Pick<CpeUpdateDeps, 'db' | 'schemas'>,
  updateId: string,
  reference: string,
  attempt: NigAttempt | null,
) => applyUpdate(deps, updateId, reference, attempt, (work) => settlingTransaction(deps.db, work));

/** Hands an update to a person, with the reason and the CPE that NIG holds for its line now. */
const requestAttention = async (
  deps: CpeUpdateDeps,
  row: LockUpdateRow,
  reason: string,
  attempt: NigAttempt | null,
): Promise<void> => {
  const held = await fetchHeldSide(deps, updateOf(row));
  await settleAsNeedsAttention(deps, row.id, { reason, ...held }, attempt);
  deps.log.warn({ updateId: row.id, reason }, 'an update needs a person');
};

/** Acts on NIG's answer about an update. An unknown outcome is asked again, never guessed. */
const follow = async (
  deps: CpeUpdateDeps,
  row: LockUpdateRow,
  answer: LookUpAnswer,
  attempt: NigAttempt | null,
): Promise<void> => {
  switch (answer.outcome) {
    case 'accepted':
      await applyWithoutWaiting(deps, row.id, answer.reference, attempt);
      return;
    case 'rejected':
      return settleAsRejected(deps, row.id, answer, attempt);
    case 'never-got-it':
      if (isLateEnough(row, deps))
        return settleAsAbandoned(deps, row.id, 'NIG never got it', attempt);
      await leaveUnknown(deps, row.id, { why: NOT_YET }, deps.nigTimeoutMs, attempt);
      if (row.deadline_passed)
        await requestAttention(deps, row, `${NOT_YET}, by clocks that differ`, null);
      return;
    case 'unknown':
      await leaveUnknown(deps, row.id, answer, backoffMs(row.asked), attempt);
      if (row.deadline_passed)
        await requestAttention(
          deps,
          row,
          `NIG did not give the outcome in time: ${answer.why}`,
          null,
        );
  }
};

type Asked = { answer: LookUpAnswer; attempt: NigAttempt | null };

/** An update could not be settled now. It is retried, or handed to a person after the deadline. */
const postpone = async (
  deps: CpeUpdateDeps,
  row: LockUpdateRow,
  error: unknown,
  asked?: Asked,
): Promise<void> => {
  const { answer, attempt = null } = asked ?? {};
  // NIG's answer is stored first: an update that it accepted is never settled as rejected.
  const isKept =
    answer?.outcome !== 'accepted' ||
    (await leaveAccepted(deps, row.id, answer.reference, backoffMs(row.asked), attempt).then(
      () => true,
      () => false, // the database may refuse the reference itself
    ));
  if (row.deadline_passed)
    await requestAttention(
      deps,
      row,
      await unsettledReason(deps, row.id, error),
      isKept ? null : attempt,
    );
  else await run(deps.db, postponeUpdate, [row.id, backoffMs(row.asked)]);
};

/** Settles one update on its own: its failure does not affect the others. */
const settleOne = async (deps: CpeUpdateDeps, row: LockUpdateRow): Promise<void> => {
  let asked: Asked | undefined;
  try {
    if (row.state === 'accepted' && row.nig_reference) {
      await applyWithoutWaiting(deps, row.id, row.nig_reference, null);
      return;
    }
    const requestId = randomUUID();
    asked = await lookUp(deps, updateOf(row), requestId);
    deps.log.info(
      { updateId: row.id, requestId, answer: asked.answer },
      'NIG answered about an update',
    );
    await follow(deps, row, asked.answer, asked.attempt);
  } catch (err) {
    // Expected: the database went away, or another session holds a lock. Any other error is a fault
    // of the desk.
    deps.log.error({ err, updateId: row.id }, 'cannot settle an update; it is retried');
    await postpone(deps, row, err, asked).catch((cause: unknown) =>
      // The update is due again when its lease ends.
      deps.log.warn(
        { err: cause, updateId: row.id },
        'cannot postpone an update; it is due when its lease ends',
      ),
    );
  }
};

/**
 * While the database's clock is uncertain NIG is asked, but neither an age nor a deadline counts.
 */
const withoutAge = (row: LockUpdateRow): LockUpdateRow => ({
  ...row,
  age_ms: 0,
  deadline_passed: false,
});

/**
 * Leases due updates and starts to settle them. The lease usually keeps other instances away long
 * enough. Two instances on the same update do no harm: the state table decides, with the row
 * locked.
 */
const startDueUpdates = async (
  deps: CpeUpdateDeps,
  atMost: number,
  steps: ClockSteps = watchClockSteps(lateMs(deps)),
): Promise<Promise<void>[]> => {
  const leaseMs = lateMs(deps) + 2 * LOCK_TIMEOUT_MS;
  const latestMs = 2 * Math.max(leaseMs, LONGEST_WAIT_MS);
  const { newest, oldest } = deps.schemas;
  const due = await settlingTransaction(deps.db, async (tx) => {
    const rows = await run(tx, leaseDueUpdates, [leaseMs, atMost, newest, oldest, latestMs]);
    return (await steps.isSteady(tx)) ? rows : rows.map(withoutAge);
  });
  return due.map((row) =>
    beginTrace('settle update', () => settleOne(deps, row), {
      attributes: { 'cpe_desk.update_id': row.id },
    }),
  );
};

/** Settles due updates, on any instance; one instance settles an update at a time. */
export const settleDueUpdates = async (deps: CpeUpdateDeps): Promise<number> =>
  (await Promise.all(await startDueUpdates(deps, AT_MOST))).length;

/** Settles at once and then in the background, until stopped. A slow update delays no other. */
export const startSettling = (deps: CpeUpdateDeps): { stop(): Promise<void> } => {
  const active = new Set<Promise<void>>();
  const steps = watchClockSteps(lateMs(deps));
  const start = async (): Promise<number> => {
    if (active.size >= AT_MOST) return EVERY_MS;
    for (const settling of await startDueUpdates(deps, AT_MOST - active.size, steps)) {
      active.add(settling);
      void settling.finally(() => active.delete(settling));
    }
    return EVERY_MS;
  };
  const failed = reportFailure(deps.log, 'settling');
  const loop = repeat({ round: start, failed, retryMs: EVERY_MS });
  return {
    async stop() {
      await loop.stop();
      await Promise.all(active);
    },
  };
};
