import {
  type AttentionList,
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
import { one, run, type Transaction } from '../../platform/database/database.ts';
import { UnconfirmedCommit } from '../../platform/database/errors.ts';
import { done, failed, type Result } from '../../platform/result.ts';
import type { CpeUpdateDeps } from '../deps.ts';
import { announceState } from '../events/announce-state.ts';
import { followInBulk } from '../follow-in-bulk.ts';
import { storeFailure } from '../idempotency.ts';
import { readUpdate, updateOf } from '../read-update.ts';
import { attempts, nigRejected } from '../settle-as.ts';
import {
  type LockUpdateRow,
  lockUpdate,
  postponeUpdate,
  releaseClaims,
  selectAttention,
  selectUpdate,
  setSettlement,
  setState,
} from '../settle-update.sql.ts';
import { settlingTransaction } from '../settling-transaction.ts';
import { lookUpAndStore } from './fetch-nig-view.ts';
import { applyWithoutWaiting } from './settle-updates.ts';

/** NIG's code in the stored answer of an update that a person settled as rejected. */
export const JUDGED_CODE = 'settled-by-a-person';

/** More than a person works through. The list shows the oldest; others move up. */
const MOST_SHOWN = 200;
/** An acceptance is written at once. If that fails, settling retries it this soon, ms. */
const RETRY_AFTER_MS = 1000;

/** Updates of the caller's segment groups that only a person can settle, oldest first. */
export const listAttention = async (
  deps: CpeUpdateDeps,
  { segmentGroups }: Caller,
): Promise<AttentionList['items']> =>
  (await run(deps.db, selectAttention, [segmentGroups, MOST_SHOWN])).map((row) => ({
    ...updateOf(row),
    customer: row.customer,
  }));

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

/**
 * NIG's own reference goes into the history. A person gives a reference only where NIG gave none.
 */
const wrongReference = (update: CpeUpdate, request: SettlementRequest): Failure | undefined => {
  if (request.outcome !== 'accepted') return undefined;
  // In the form that a person can give. A reference that breaks the rules of a request cannot be
  // required.
  const byNig = settlementRequestSchema.safeParse({
    ...request,
    nigReference: referenceByNig(update),
  });
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
  row: LockUpdateRow,
  state: CpeUpdateState,
  request: SettlementRequest,
): Promise<void> => {
  if (request.outcome === 'accepted') {
    await run(tx, setState, [
      row.id,
      state,
      request.nigReference,
      null,
      null,
      false,
      attempts(null),
    ]);
    await run(tx, postponeUpdate, [row.id, RETRY_AFTER_MS]);
  } else {
    await run(tx, setState, [
      row.id,
      state,
      null,
      JUDGED_CODE,
      request.reason,
      true,
      attempts(null),
    ]);
    await run(tx, releaseClaims, [row.service_line_id, row.id]);
    const failure = nigRejected(row.id, JUDGED_CODE, request.reason);
    await storeFailure(tx, row.id, failure);
    await followInBulk(tx, row, state, failure);
  }
  await announceState(tx, row, state);
};

/** Stores the decision, and returns the update after it. */
const judge = (
  deps: CpeUpdateDeps,
  { id, name }: Caller,
  updateId: string,
  request: SettlementRequest,
): Promise<Result<CpeUpdate>> =>
  settlingTransaction(deps.db, async (tx) => {
    const row = await one(tx, lockUpdate, [updateId]);
    const update = updateOf(row);
    const failure = notSettleable(update, request) ?? wrongReference(update, request);
    if (failure) return failed(failure);
    const { outcome, reason } = request;
    const state = nextState(row.state, `judged-${outcome}`);
    if (!state) throw new Error(`${updateId} is ${row.state}, which no person settles`);
    const settlement = JSON.stringify({ outcome, by: { id, name }, reason });
    await run(tx, setSettlement, [updateId, settlement, deps.settleDeadlineMs]);
    await writeJudgement(tx, row, state, request);
    return done(updateOf(await one(tx, selectUpdate, [updateId, null])));
  });

/**
 * Like `judge`. Where the connection broke during the commit, the update itself shows whether the
 * decision is stored.
 */
const judgeOrConfirm: typeof judge = async (deps, caller, updateId, request) => {
  try {
    return await judge(deps, caller, updateId, request);
  } catch (error) {
    // Only the standby did not confirm, so a visible decision may still be lost.
    if (error instanceof UnconfirmedCommit && error.cause === undefined) throw error;
    const update = await readUpdate(deps.db, updateId, null).catch(() => undefined);
    const { outcome, by, reason } = update?.settlement ?? {};
    const isStored =
      outcome === request.outcome && by?.id === caller.id && reason === request.reason;
    if (!update || !isStored || update.state === 'needs-attention') throw error;
    return done(update);
  }
};

/**
 * Writes an accepted update. The decision is stored, so a failure here is retried in the
 * background.
 */
const applyJudged = async (
  deps: CpeUpdateDeps,
  judged: CpeUpdate,
  reference: string,
): Promise<CpeUpdate> => {
  const { updateId } = judged;
  try {
    await applyWithoutWaiting(deps, updateId, reference, null);
    return (await readUpdate(deps.db, updateId, null)) ?? judged;
  } catch (err) {
    deps.log.warn(
      { err, updateId },
      'a person settled an update as accepted; its local write failed and is retried',
    );
    return judged;
  }
};

/**
 * A person settles an update whose outcome NIG cannot give. An accepted update is then applied like
 * any other. The name and the reason stay with the update and its history entry. Nobody overrules
 * NIG: a person settles only `needs-attention` and never rejects what NIG accepted.
 */
export const settleByPerson = async (
  deps: CpeUpdateDeps,
  caller: Caller,
  update: CpeUpdate,
  request: SettlementRequest,
): Promise<Result<CpeUpdate>> => {
  const { updateId } = update;
  if (request.outcome === 'rejected' && settleableAs(update).includes('rejected'))
    await lookUpAndStore(deps, update);
  const judged = await judgeOrConfirm(deps, caller, updateId, request);
  if (!judged.ok) return judged;
  const settled =
    request.outcome === 'rejected'
      ? judged.value
      : await applyJudged(deps, judged.value, request.nigReference);
  // An update that is answered 200 must not be lost unnoticed.
  deps.watch.recordSeen(settled);
  return done(settled);
};
