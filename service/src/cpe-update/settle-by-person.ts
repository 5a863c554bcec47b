import {
  type Caller,
  type Cpe,
  type CpeUpdate,
  type CpeUpdateState,
  changedFields,
  type NigView,
  nextState,
  type Settlement,
  type SettlementRequest,
} from '@cpe-desk/contract';
import { inTransaction, one, run, type Transaction } from '../database.ts';
import type { Desk } from '../desk.ts';
import { announceState } from './announce-state.ts';
import { applyUpdate } from './apply-update.ts';
import { storeFailure } from './idempotency.ts';
import {
  askLater,
  type CpeUpdateRow,
  lockUpdate,
  releaseClaims,
  selectAttention,
  setSettlement,
  setState,
} from './queries.ts';
import { readUpdate, updateOf } from './read-update.ts';
import { done, failed, type Result } from './result.ts';
import { attempts, nigRejected } from './settle-as.ts';

/** NIG's code in the stored answer of an update that a person judged rejected. */
export const JUDGED_CODE = 'settled-by-a-person';

/** More than anybody works through: the oldest are shown, the rest moves up. */
const MOST_SHOWN = 200;
/** A judged acceptance is written at once; if that fails, the background tries again this soon, ms. */
const APPLY_AGAIN_MS = 1000;

/** Updates of the caller's segment groups that nobody but a person can settle, the oldest first. */
export const listAttention = async (desk: Desk, { segmentGroups }: Caller): Promise<CpeUpdate[]> =>
  (await run(desk.db, selectAttention, [segmentGroups, MOST_SHOWN])).map(updateOf);

const sideOf = (cpe: Cpe, { before, after }: CpeUpdate): NigView['holds'] => {
  if (changedFields(cpe, after).length === 0) return 'after';
  return changedFields(cpe, before).length === 0 ? 'before' : 'other';
};

/** What NIG says of an update and holds for its line, asked now: what a person decides on. */
export const askNig = async ({ nig }: Desk, update: CpeUpdate): Promise<NigView> => {
  const [answer, cpe] = await Promise.all([nig.lookUp?.(update.updateId), nig.cpeOf?.(update.serviceLineId)]);
  const why = answer && 'why' in answer ? answer.why : null;
  const view = { update: answer?.outcome ?? 'unknown', why: answer ? why : 'This NIG can not be asked' };
  if (cpe) return { ...view, cpe, holds: sideOf(cpe, update) };
  return { ...view, cpe: null, holds: cpe === null ? 'nothing' : 'unknown' };
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

/**
 * A person settles what NIG can not say: accepted, and then applied like any other update, or rejected. Their name
 * and reason stay with the update, and with its history entry. Nobody overrules NIG: only `needs-attention` is theirs.
 */
export const settleByPerson = async (
  desk: Desk,
  caller: Caller,
  updateId: string,
  request: SettlementRequest,
): Promise<Result<CpeUpdate>> => {
  const { outcome, reason } = request;
  const by = { id: caller.id, name: caller.name };
  const settlement: Settlement = { outcome, by, reason, at: new Date().toISOString() };
  const refusedIn = await inTransaction(desk.db, async (tx) => {
    const row = await one(tx, lockUpdate, [updateId]);
    const state = nextState(row.state, outcome === 'accepted' ? 'judged-accepted' : 'judged-rejected');
    if (!state) return row.state;
    await run(tx, setSettlement, [updateId, JSON.stringify(settlement)]);
    await writeJudgement(tx, row, state, request);
    return undefined;
  });
  if (refusedIn)
    return failed({
      code: 'not-settleable',
      detail: `The update is ${refusedIn}; only one that needs attention is settled by a person`,
      state: refusedIn,
    });
  if (request.outcome === 'accepted') await applyUpdate(desk, updateId, request.nigReference, null);
  const update = await readUpdate(desk.db, updateId, null);
  if (!update) throw new Error(`${updateId} was settled and is gone`);
  return done(update);
};
