import type { Caller, CpeUpdateAnswer, Failure, NigAttempt, NigPayload } from '@cpe-desk/contract';
import type { SendAnswer } from '../nig/nig.ts';
import { recordAttempt } from '../nig/record-attempt.ts';
import { done, failed, type Result } from '../platform/result.ts';
import type { Proposal } from './2-check.ts';
import type { Intent } from './3-record.ts';
import { applyUpdate, intentToApply, tryToApply } from './5-apply.ts';
import type { CpeUpdateDeps } from './deps.ts';
import {
  leaveAccepted,
  leaveUnknown,
  nigRejected,
  settleAsAbandoned,
  settleAsRejected,
} from './settle-as.ts';

/** What is left open is taken up again this soon, ms; later times grow in `settle-updates.ts`. */
const FIRST_ASK_MS = 1000;

/** What NIG is sent for an update. */
export const nigPayload = (
  { ticket, before, after }: Proposal,
  { id, name }: Pick<Caller, 'id' | 'name'>,
  requestedAt: Date,
): NigPayload => ({
  serviceLineId: ticket.line.id,
  ticketNo: ticket.ticketNo,
  current: before,
  new: after,
  actor: { id, name },
  requestedAt: requestedAt.toISOString(),
});

const outcomeUnknown = (updateId: string) =>
  failed({
    code: 'nig-outcome-unknown',
    detail: 'It is not known yet whether NIG took the update. It is being found out; do not send it again',
    updateId,
  });

const followAcceptance = async (
  deps: CpeUpdateDeps,
  caller: Caller,
  intent: Intent,
  reference: string,
  attempt: NigAttempt,
): Promise<Result<CpeUpdateAnswer>> => {
  const { updateId } = intent;
  try {
    const answer = await tryToApply(deps, intentToApply(intent, caller), reference, attempt);
    const applied = answer ?? (await applyUpdate(deps, updateId, reference, attempt));
    // What is answered 200 must not be lost unseen.
    deps.watch.recordSeen({ updateId, state: 'applied' });
    return done(applied);
  } catch (err) {
    // Expected: the database went away after NIG accepted. The update is settled when it is back.
    deps.log.error({ err, updateId, reference }, 'NIG accepted, the local write could not follow at once');
    const write = async () => {
      await leaveAccepted(deps, updateId, reference, FIRST_ASK_MS, attempt);
      return true;
    };
    // A database that does not confirm commits would only keep the caller waiting.
    const isWritten = deps.commits.areConfirmed() && (await write().catch(() => false));
    if (!isWritten) deps.later.add({ updateId, write });
    return outcomeUnknown(updateId);
  }
};

const nigUnavailable: Failure = {
  code: 'nig-unavailable',
  detail: 'NIG could not be reached, so nothing was sent and nothing was changed. Try again in a moment',
};

const tooLate: Failure = {
  code: 'unavailable',
  detail: 'The desk took too long to record the update, so nothing was sent to NIG. Try again in a moment',
};

const TOO_LATE: SendAnswer = {
  outcome: 'unavailable',
  why: 'The desk itself took too long; nothing was sent',
};

const follow = async (
  deps: CpeUpdateDeps,
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
      return failed(answer === TOO_LATE ? tooLate : nigUnavailable);
    case 'unknown':
      await leaveUnknown(deps, updateId, answer.why, FIRST_ASK_MS, attempt);
      return outcomeUnknown(updateId);
  }
};

/**
 * How long a send may still begin, ms. Not later than `nigTimeoutMs` after the intent was recorded, also when
 * this process was paused: settling relies on that (`isLateEnough`).
 */
const beginWithinMs = ({ nigTimeoutMs }: CpeUpdateDeps, { startedAt }: Intent): number =>
  startedAt + nigTimeoutMs - performance.now();

/** Steps 9 to 11: asks NIG, once, and follows what it says. */
export const sendToNig = async (
  deps: CpeUpdateDeps,
  caller: Caller,
  intent: Intent,
): Promise<Result<CpeUpdateAnswer>> => {
  const { updateId, requestId, requestedAt } = intent;
  const { answer, attempt } = await recordAttempt<SendAnswer>(deps.instance, 'send', async () => {
    const options = { requestId, beginWithinMs: beginWithinMs(deps, intent) };
    if (options.beginWithinMs < 0) return TOO_LATE;
    return deps.nig.send(updateId, nigPayload(intent, caller, requestedAt), options);
  });
  deps.log.info({ updateId, requestId, answer }, 'NIG answered');
  try {
    return await follow(deps, caller, intent, answer, attempt);
  } catch (err) {
    // Expected: the database went away before the outcome was written. NIG may not be asked again.
    deps.log.error({ err, updateId, answer }, 'the outcome could not be written');
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
