import {
  type Caller,
  type CpeUpdate,
  type CpeUpdateState,
  type Failure,
  nextState,
  referenceByNig,
  type SettlementRequest,
  settleableAs,
  settlementRequestSchema,
} from '@cpe-desk/contract';
import { one, run, type Transaction } from '../database.ts';
import type { Desk } from '../desk.ts';
import { announceState } from './announce-state.ts';
import { lookUp } from './ask-nig.ts';
import { storeFailure } from './idempotency.ts';
import {
  askLater,
  type CpeUpdateRow,
  lockUpdate,
  releaseClaims,
  selectAttention,
  selectUpdate,
  setSettlement,
  setState,
} from './queries.ts';
import { readUpdate, updateOf } from './read-update.ts';
import { done, failed, type Result } from './result.ts';
import { attempts, leaveAccepted, nigRejected } from './settle-as.ts';
import { applyWithoutWaiting } from './settle-updates.ts';
import { settlingTransaction } from './settling-transaction.ts';

/** NIG's code in the stored answer of an update that a person judged rejected. */
export const JUDGED_CODE = 'settled-by-a-person';

/** More than anybody works through: the oldest are shown, the rest moves up. */
const MOST_SHOWN = 200;
/** A judged acceptance is written at once; if that fails, the background tries again this soon, ms. */
const APPLY_AGAIN_MS = 1000;

/** Updates of the caller's segment groups that nobody but a person can settle, the oldest first. */
export const listAttention = async (desk: Desk, { segmentGroups }: Caller): Promise<CpeUpdate[]> =>
  (await run(desk.db, selectAttention, [segmentGroups, MOST_SHOWN])).map(updateOf);

const notSettleable = (update: CpeUpdate, { outcome }: SettlementRequest): Failure | undefined => {
  const { state } = update;
  const possible = settleableAs(update);
  if (possible.includes(outcome)) return undefined;
  if (possible.length === 0) {
    const detail = `The update is ${state}; a person settles only one that needs attention`;
    return { code: 'not-settleable', detail, state };
  }
  const detail =
    `NIG accepted the update as ${referenceByNig(update) ?? update.nig.reference}, so it cannot be settled as ` +
    'rejected. Remove the cause (see attention.reason), then settle it as accepted: it is written again. ' +
    'If the new values are wrong, revert it afterwards: that sends NIG an update of its own with the old values';
  return { code: 'not-settleable', detail, state };
};

/** NIG's own reference goes into the history; a person gives one only where NIG did not. */
const wrongReference = (update: CpeUpdate, request: SettlementRequest): Failure | undefined => {
  if (request.outcome !== 'accepted') return undefined;
  // As a person would give it. One that breaks the rules of a request cannot be demanded.
  const byNig = settlementRequestSchema.safeParse({ ...request, nigReference: referenceByNig(update) });
  if (!byNig.success || byNig.data.outcome !== 'accepted') return undefined;
  const reference = byNig.data.nigReference;
  if (reference === request.nigReference) return undefined;
  const detail = `NIG accepted this update as ${reference}; give this reference`;
  return {
    code: 'malformed-request',
    detail,
    errors: [{ pointer: '/nigReference', code: 'not-the-reference', detail }],
  };
};

const writeJudgement = async (
  tx: Transaction,
  row: CpeUpdateRow,
  state: CpeUpdateState,
  request: SettlementRequest,
): Promise<void> => {
  if (request.outcome === 'accepted') {
    await run(tx, setState, [row.id, state, request.nigReference, null, null, false, attempts(null)]);
    await run(tx, askLater, [row.id, APPLY_AGAIN_MS]);
  } else {
    await run(tx, setState, [row.id, state, null, JUDGED_CODE, request.reason, true, attempts(null)]);
    await run(tx, releaseClaims, [row.service_line_id, row.id]);
    await storeFailure(tx, row.id, nigRejected(row.id, JUDGED_CODE, request.reason));
  }
  await announceState(tx, row, state);
};

/** Stores the decision, and answers with the update as that leaves it. */
const judge = (
  desk: Desk,
  { id, name }: Caller,
  updateId: string,
  request: SettlementRequest,
): Promise<Result<CpeUpdate>> =>
  settlingTransaction(desk.db, async (tx) => {
    const row = await one(tx, lockUpdate, [updateId]);
    const update = updateOf(row);
    const failure = notSettleable(update, request) ?? wrongReference(update, request);
    if (failure) return failed(failure);
    const { outcome, reason } = request;
    const state = nextState(row.state, `judged-${outcome}`);
    if (!state) throw new Error(`${updateId} is ${row.state}, which nobody judges`);
    const settlement = JSON.stringify({ outcome, by: { id, name }, reason });
    await run(tx, setSettlement, [updateId, settlement, desk.settleDeadlineMs]);
    await writeJudgement(tx, row, state, request);
    return done(updateOf(await one(tx, selectUpdate, [updateId, null])));
  });

/** What NIG says before somebody rejects in its place: an acceptance is kept with the update and counts. */
const noteLateAcceptance = async (desk: Desk, updateId: string): Promise<void> => {
  const { answer, attempt } = await lookUp(desk, updateId);
  if (answer.outcome === 'accepted') await leaveAccepted(desk, updateId, answer.reference, 0, attempt);
};

/** Writes what was judged accepted. The decision is stored: what fails here follows in the background. */
const applyJudged = async (desk: Desk, judged: CpeUpdate, reference: string): Promise<CpeUpdate> => {
  const { updateId } = judged;
  try {
    await applyWithoutWaiting(desk, updateId, reference, null);
    return (await readUpdate(desk.db, updateId, null)) ?? judged;
  } catch (err) {
    desk.log.warn({ err, updateId }, 'an update was judged accepted; its local write follows later');
    return judged;
  }
};

/**
 * A person settles what NIG cannot say: as accepted, and then it is applied like any other update, or as
 * rejected. The name and the reason stay with the update and its history entry. Nobody overrules NIG: a
 * person settles only what is `needs-attention`, and never rejects what NIG accepted.
 */
export const settleByPerson = async (
  desk: Desk,
  caller: Caller,
  update: CpeUpdate,
  request: SettlementRequest,
): Promise<Result<CpeUpdate>> => {
  const { updateId } = update;
  if (request.outcome === 'rejected' && settleableAs(update).includes('rejected'))
    await noteLateAcceptance(desk, updateId);
  const judged = await judge(desk, caller, updateId, request);
  if (!judged.ok || request.outcome === 'rejected') return judged;
  return done(await applyJudged(desk, judged.value, request.nigReference));
};
