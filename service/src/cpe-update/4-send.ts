import type {
  Caller,
  Cpe,
  CpeUpdateAnswer,
  Failure,
  NigAttempt,
  NigPayload,
} from '@cpe-desk/contract';
import type { Observed, SendAnswer } from '../nig/nig.ts';
import { recordAttempt } from '../nig/record-attempt.ts';
import { done, failed, type Result } from '../platform/result.ts';
import { traced } from '../platform/tracing/tracing.ts';
import type { Proposal } from './2-check.ts';
import { applyUpdate, intentToApply, tryToApply } from './5-apply.ts';
import type { FlowDeps } from './batches.ts';
import type { CpeUpdateDeps } from './deps.ts';
import type { Intent } from './intent.ts';
import {
  leaveAccepted,
  leaveUnknown,
  nigRejected,
  settleAsAbandoned,
  settleAsRejected,
} from './settle-as.ts';

/** The first retry of an unsettled update, ms; `settle-updates.ts` has the later intervals. */
const FIRST_RETRY_MS = 1000;

/** The payload of an update of this line for NIG. */
export const payloadOf = (
  update: { serviceLineId: string; ticketNo: string; before: Cpe; after: Cpe },
  { id, name }: Pick<Caller, 'id' | 'name'>,
  requestedAt: Date,
): NigPayload => ({
  serviceLineId: update.serviceLineId,
  ticketNo: update.ticketNo,
  current: update.before,
  new: update.after,
  actor: { id, name },
  requestedAt: requestedAt.toISOString(),
});

/** The payload of an update for NIG. */
export const nigPayload = (
  { ticket, before, after }: Proposal,
  actor: Pick<Caller, 'id' | 'name'>,
  requestedAt: Date,
): NigPayload => {
  const { line, ticketNo } = ticket;
  return payloadOf({ serviceLineId: line.id, ticketNo, before, after }, actor, requestedAt);
};

const outcomeUnknown = (updateId: string) =>
  failed({
    code: 'nig-outcome-unknown',
    detail:
      'The outcome is unknown: NIG may have accepted the update. The desk finds it out; do not send the update again',
    updateId,
  });

const followAcceptance = async (
  deps: FlowDeps,
  caller: Caller,
  intent: Intent,
  reference: string,
  attempt: NigAttempt,
): Promise<Result<CpeUpdateAnswer>> => {
  const { updateId } = intent;
  try {
    const answer = await tryToApply(
      deps.batches,
      intentToApply(intent, caller),
      reference,
      attempt,
    );
    const applied = answer ?? (await applyUpdate(deps, updateId, reference, attempt));
    // An update that is answered 200 must not be lost unnoticed.
    deps.watch.recordSeen({ updateId, state: 'applied' });
    return done(applied);
  } catch (err) {
    // Expected: the database went away after NIG accepted. The update settles when it is back.
    deps.log.error(
      { err, updateId, reference },
      'NIG accepted, but the local write failed; it is retried',
    );
    const write = async () => {
      await leaveAccepted(deps, updateId, reference, FIRST_RETRY_MS, attempt);
      return true;
    };
    // A database that does not confirm commits would only delay the answer.
    const isWritten = deps.commits.areConfirmed() && (await write().catch(() => false));
    if (!isWritten) deps.later.add({ updateId, write });
    return outcomeUnknown(updateId);
  }
};

const nigUnavailable: Failure = {
  code: 'nig-unavailable',
  detail:
    'NIG could not be reached, so nothing was sent and nothing was changed. Try again in a few seconds',
};

const recordedTooLate: Failure = {
  code: 'unavailable',
  detail:
    'The desk took too long to record the update, so nothing was sent to NIG. Try again in a few seconds',
};

const NOT_SENT_IN_TIME: SendAnswer = {
  outcome: 'unavailable',
  why: 'The desk took too long; nothing was sent',
};

const follow = async (
  deps: FlowDeps,
  caller: Caller,
  intent: Intent,
  answer: SendAnswer,
  attempt: NigAttempt,
): Promise<Result<CpeUpdateAnswer>> => {
  const { updateId } = intent;
  switch (answer.outcome) {
    case 'accepted':
      return followAcceptance(deps, caller, intent, answer.reference, attempt);
    case 'rejected':
      await settleAsRejected(deps, updateId, answer, attempt);
      return failed(nigRejected(updateId, answer.code, answer.message));
    case 'unavailable':
      await settleAsAbandoned(deps, updateId, answer.why, attempt);
      return failed(answer === NOT_SENT_IN_TIME ? recordedTooLate : nigUnavailable);
    case 'unknown':
      await leaveUnknown(deps, updateId, answer, FIRST_RETRY_MS, attempt);
      return outcomeUnknown(updateId);
  }
};

/**
 * The time in which a send may still begin, ms: until `nigTimeoutMs` after the intent was recorded,
 * even if this process was paused. Settling relies on that (`isLateEnough`).
 */
const beginWithinMs = ({ nigTimeoutMs }: CpeUpdateDeps, { startedAt }: Intent): number =>
  startedAt + nigTimeoutMs - performance.now();

/** Steps 9 to 11: sends the update to NIG once and acts on the answer. */
export const sendToNig = async (
  deps: FlowDeps,
  caller: Caller,
  intent: Intent,
): Promise<Result<CpeUpdateAnswer>> => {
  const { updateId, requestId, requestedAt } = intent;
  const make = async (observe: (observed: Observed) => void): Promise<SendAnswer> => {
    const options = { requestId, beginWithinMs: beginWithinMs(deps, intent), observe };
    if (options.beginWithinMs < 0) return NOT_SENT_IN_TIME;
    return deps.nig.send({
      ...options,
      updateId,
      payload: nigPayload(intent, caller, requestedAt),
      isInBulk: intent.bulk !== undefined,
    });
  };
  const { answer, attempt } = await traced('update 9 send', () =>
    recordAttempt(deps.instance, 'send', make),
  );
  // A bulk answers for its rows: thousands a second, whose attempts are recorded.
  const level = intent.bulk ? 'debug' : 'info';
  deps.log[level]({ updateId, requestId, answer }, 'NIG answered');
  try {
    return await traced('update 10 apply', () => follow(deps, caller, intent, answer, attempt));
  } catch (err) {
    // Expected: the database went away before the outcome was written. NIG may refuse a second
    // look-up.
    deps.log.error({ err, updateId, answer }, 'cannot write the outcome; it is retried');
    deps.later.add({
      updateId,
      async write() {
        await follow(deps, caller, intent, answer, attempt);
        return true;
      },
    });
    return outcomeUnknown(updateId);
  }
};
