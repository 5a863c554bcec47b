import { randomUUID } from 'node:crypto';
import type { NigAttempt } from '@cpe-desk/contract';
import type { LookUpAnswer } from '../../nig/nig.ts';
import { run } from '../../platform/database/database.ts';
import { repeat, reportFailure } from '../../platform/repeat.ts';
import { applyUpdate } from '../5-apply.ts';
import type { CpeUpdateDeps } from '../deps.ts';
import { askLater, type CpeUpdateRow, takeDueUpdates } from '../queries.ts';
import { updateOf } from '../read-update.ts';
import {
  handToAPerson,
  leaveAccepted,
  leaveUnknown,
  settleAsAbandoned,
  settleAsRejected,
} from '../settle-as.ts';
import { LOCK_TIMEOUT_MS, settlingTransaction } from '../settling-transaction.ts';
import { askHeld, lookUp } from './ask-nig.ts';
import { type ClockSteps, watchSteps } from './watch-steps.ts';
import { whyUnsettled } from './why-unsettled.ts';

const EVERY_MS = 500;
/** So many updates are being settled at a time. */
const AT_MOST = 20;
const SLOWEST_ASK_MS = 60_000;

const NOT_YET = 'NIG has not got it yet';

/** Time until NIG is asked again: doubles from one second to one minute. */
const backoffMs = (asked: number): number => Math.min(SLOWEST_ASK_MS, 1000 * 2 ** Math.min(asked, 10));

/**
 * "NIG never got it" counts only from a look-up that began at least twice `nigTimeoutMs` after the
 * send: until then NIG may still have the request before it, in a proxy or in a queue of its own.
 * A send begins at most `nigTimeoutMs` after the intent was recorded (`send-to-nig.ts`), and the
 * row's age was read before the look-up began.
 */
const isLateEnough = ({ age_ms }: CpeUpdateRow, deps: CpeUpdateDeps): boolean => age_ms >= lateMs(deps);

const lateMs = ({ nigTimeoutMs }: CpeUpdateDeps): number => 3 * nigTimeoutMs;

/** Applies an update that NIG accepted, unless a lock is held for long. */
export const applyWithoutWaiting = (
  deps: Pick<CpeUpdateDeps, 'db' | 'schemas'>,
  updateId: string,
  reference: string,
  attempt: NigAttempt | null,
) => applyUpdate(deps, updateId, reference, attempt, (work) => settlingTransaction(deps.db, work));

/** Hands an update to a person, with the reason and what NIG holds for its line now. */
const askAPerson = async (
  deps: CpeUpdateDeps,
  row: CpeUpdateRow,
  reason: string,
  attempt: NigAttempt | null,
): Promise<void> => {
  const held = await askHeld(deps, updateOf(row));
  await handToAPerson(deps, row.id, { reason, ...held }, attempt);
  deps.log.warn({ updateId: row.id, reason }, 'an update needs a person');
};

/** Follows what NIG says of an update. Unknown is asked again, never guessed. */
const follow = async (
  deps: CpeUpdateDeps,
  row: CpeUpdateRow,
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
      if (isLateEnough(row, deps)) return settleAsAbandoned(deps, row.id, 'NIG never got it', attempt);
      await leaveUnknown(deps, row.id, NOT_YET, deps.nigTimeoutMs, attempt);
      if (row.deadline_passed) await askAPerson(deps, row, `${NOT_YET}, by clocks that differ`, null);
      return;
    case 'unknown':
      await leaveUnknown(deps, row.id, answer.why, backoffMs(row.asked), attempt);
      if (row.deadline_passed)
        await askAPerson(deps, row, `NIG did not give its outcome in time: ${answer.why}`, null);
  }
};

type Asked = { answer: LookUpAnswer; attempt: NigAttempt | null };

/** An update could not be settled now. It is tried again, or handed to a person after the deadline. */
const postpone = async (
  deps: CpeUpdateDeps,
  row: CpeUpdateRow,
  error: unknown,
  asked?: Asked,
): Promise<void> => {
  const { answer, attempt = null } = asked ?? {};
  // What NIG said is kept first: an update that it accepted is never settled as rejected.
  const isKept =
    answer?.outcome !== 'accepted' ||
    (await leaveAccepted(deps, row.id, answer.reference, backoffMs(row.asked), attempt).then(
      () => true,
      () => false, // the reference itself may be what the database refuses
    ));
  if (row.deadline_passed)
    await askAPerson(deps, row, await whyUnsettled(deps, row.id, error), isKept ? null : attempt);
  else await run(deps.db, askLater, [row.id, backoffMs(row.asked)]);
};

/** Settles one update, for itself: whatever happens here, the others go on. */
const settleOne = async (deps: CpeUpdateDeps, row: CpeUpdateRow): Promise<void> => {
  let asked: Asked | undefined;
  try {
    if (row.state === 'accepted' && row.nig_reference) {
      await applyWithoutWaiting(deps, row.id, row.nig_reference, null);
      return;
    }
    const requestId = randomUUID();
    asked = await lookUp(deps, row.id, requestId);
    deps.log.info({ updateId: row.id, requestId, answer: asked.answer }, 'NIG was asked about an update');
    await follow(deps, row, asked.answer, asked.attempt);
  } catch (err) {
    // Expected: the database went away, or somebody holds a lock. Anything else is a fault of the desk.
    deps.log.error({ err, updateId: row.id }, 'an update could not be settled');
    await postpone(deps, row, err, asked).catch((cause: unknown) =>
      // It is due again when its lease ends.
      deps.log.warn({ err: cause, updateId: row.id }, 'an update could not be postponed'),
    );
  }
};

/** While the database's clock is in doubt NIG is asked, but neither an age nor a deadline counts. */
const withoutAge = (row: CpeUpdateRow): CpeUpdateRow => ({ ...row, age_ms: 0, deadline_passed: false });

/**
 * Takes what is due and starts to settle it. The lease keeps other instances away for as long as it usually
 * takes. Two that settle the same update do no harm: the state table decides, with the row locked.
 */
const startDueUpdates = async (
  deps: CpeUpdateDeps,
  atMost: number,
  steps: ClockSteps = watchSteps(lateMs(deps)),
): Promise<Promise<void>[]> => {
  const leaseMs = lateMs(deps) + 2 * LOCK_TIMEOUT_MS;
  const latestMs = 2 * Math.max(leaseMs, SLOWEST_ASK_MS);
  const { newest, oldest } = deps.schemas;
  const due = await settlingTransaction(deps.db, async (tx) => {
    const rows = await run(tx, takeDueUpdates, [leaseMs, atMost, newest, oldest, latestMs]);
    return (await steps.isSteady(tx)) ? rows : rows.map(withoutAge);
  });
  return due.map((row) => settleOne(deps, row));
};

/** Settles what is due, in any instance, each update in one of them at a time. */
export const settleDueUpdates = async (deps: CpeUpdateDeps): Promise<number> =>
  (await Promise.all(await startDueUpdates(deps, AT_MOST))).length;

/** Settles at once and from then on in the background, until stopped. A slow update delays no other. */
export const startSettling = (deps: CpeUpdateDeps): { stop(): Promise<void> } => {
  const underWay = new Set<Promise<void>>();
  const steps = watchSteps(lateMs(deps));
  const start = async (): Promise<number> => {
    if (underWay.size >= AT_MOST) return EVERY_MS;
    for (const settling of await startDueUpdates(deps, AT_MOST - underWay.size, steps)) {
      underWay.add(settling);
      void settling.finally(() => underWay.delete(settling));
    }
    return EVERY_MS;
  };
  const failed = reportFailure(deps.log, 'settling');
  const starting = repeat({ round: start, failed, retryMs: EVERY_MS });
  return {
    async stop() {
      await starting.stop();
      await Promise.all(underWay);
    },
  };
};
