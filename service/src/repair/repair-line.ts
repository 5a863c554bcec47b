/**
 * Repairs one line on which the desk and NIG differ, by an update through the flow: recorded, sent to NIG,
 * applied, in the history. Taking NIG's values corrects the desk; taking the desk's is a refresh.
 * A line that is worked on twice, after a crash, gets the outcome of its first update: by its key.
 */
import {
  type Caller,
  type Cpe,
  cpeSchema,
  type Failure,
  isSameCpe,
  type RepairTake,
  type RepairVerdict,
  repairVerdicts,
  withoutVersion,
} from '@cpe-desk/contract';
import { z } from 'zod';
import { loadContext } from '../cpe-update/1-load.ts';
import { type Proposal, proposeRepair } from '../cpe-update/2-check.ts';
import { claimParams, recordIntent } from '../cpe-update/3-record.ts';
import { sendToNig } from '../cpe-update/4-send.ts';
import { replay, type UpdateOutcome } from '../cpe-update/cpe-update.ts';
import type { CpeUpdateDeps } from '../cpe-update/deps.ts';
import { keyed } from '../cpe-update/idempotency.ts';
import { selectForeignClaims, selectHeldElsewhere } from '../cpe-update/queries.ts';
import { claimsOf } from '../line/claims.ts';
import { maybeOne, one, run } from '../platform/database/database.ts';
import { failed, type Result } from '../platform/result.ts';
import { lineOf, nigDifference } from '../reconciliation/compare-line.ts';
import { forgetDrifts, selectLine } from '../reconciliation/queries.ts';
import type { LoadedTicket } from '../tickets/load-ticket.ts';
import { selectHeld, selectNewestTicket } from './queries.ts';

export type LineToRepair = {
  repairId: string;
  serviceLineId: string;
  take: RepairTake;
  reason: string;
  caller: Caller;
  /** The only line of its repair: a person has decided on it alone. */
  isAlone: boolean;
};

export type Judged = { verdict: RepairVerdict; detail: string | null; updateId: string | null };

const judged = (verdict: RepairVerdict, detail: string | null = null): Judged => ({
  verdict,
  detail,
  updateId: null,
});

const outcomeSchema = z.looseObject({
  code: z.enum(repairVerdicts).catch('unavailable').optional(),
  detail: z.string().optional(),
  updateId: z.string().optional(),
});

/** The outcome of an update as the verdict of its line: as it is now, or as a retry gets it. */
const verdictOf = (outcome: UpdateOutcome): Judged => {
  const body = 'replay' in outcome ? outcome.replay.body : outcome.ok ? outcome.value : outcome.failure;
  const { code = 'repaired', detail, updateId } = outcomeSchema.parse(body);
  return { verdict: code, detail: detail ?? null, updateId: updateId ?? null };
};

/** What a person decided on is what the drift list shows: NIG may hold something else by now. */
const hasMoved = async ({ db }: CpeUpdateDeps, lineId: string, held: Cpe | null): Promise<boolean> => {
  const row = await maybeOne(db, selectHeld, [lineId]);
  if (!row) return false;
  const shown = cpeSchema.nullable().parse(row.held);
  return shown === null || held === null ? shown !== held : !isSameCpe(shown, held);
};

/** Whether a value of the line, as recorded or as NIG holds it, is another line's too. */
const isShared = async (
  { db }: CpeUpdateDeps,
  { line, olt }: LoadedTicket,
  cpes: readonly (Cpe | null)[],
): Promise<boolean> => {
  const claims = cpes.flatMap((cpe) => (cpe ? claimsOf(cpe, olt?.id ?? null) : []));
  const params = claimParams(claims, line.id);
  const foreign = await run(db, selectForeignClaims, params);
  return foreign.length > 0 || (await run(db, selectHeldElsewhere, params)).length > 0;
};

/** A race is lost to somebody else's update of the line, or to a failover: another look explains it. */
const MOST_ATTEMPTS = 3;

const FOUGHT_OVER: Failure = {
  code: 'unavailable',
  detail: 'The line is being changed by others right now; repair it again',
};

/** What of a line stands against a repair, or else the update that repairs it; undefined during a hold. */
const propose = async (
  deps: CpeUpdateDeps,
  { repairId, serviceLineId, take, reason, caller, isAlone }: LineToRepair,
  cttId: string,
  held: Cpe | null,
): Promise<Judged | Result<Proposal> | undefined> => {
  // Where the desk's values are kept, the model is not looked up: it is recorded as it is.
  const context = await loadContext(deps.db, caller, cttId, held ?? { manufacturer: '', model: '' }, null);
  if (context.held) return undefined;
  const { ticket } = context;
  if (!ticket?.cpe) return judged('no-network-context', 'The line has no CPE on record');
  const recorded = withoutVersion(ticket.cpe);
  const line = await one(deps.db, selectLine, [serviceLineId]);
  if (!nigDifference(lineOf(line), held)) {
    await run(deps.db, forgetDrifts, [[serviceLineId]]);
    return judged('no-difference');
  }
  if (take === 'nig' && !held) return judged('nothing-to-take', 'NIG holds nothing for this line');
  if (await hasMoved(deps, serviceLineId, held))
    return judged('nig-differs', 'NIG holds other values than the drift list shows; compare the line again');
  if (!isAlone && (await isShared(deps, ticket, [held, recorded])))
    return judged('shared-value', 'Two lines hold one of its values; repair such lines one by one');
  const after = take === 'nig' && held ? held : recorded;
  return proposeRepair(deps, context, after, { reason, repair: { repairId, take } });
};

const update = async (deps: CpeUpdateDeps, of: LineToRepair, cttId: string): Promise<Judged | undefined> => {
  const { repairId, serviceLineId, take, caller } = of;
  const key = keyed(caller, `repair ${repairId} ${serviceLineId}`, cttId, { repairId, take });
  if (!key) throw new Error('A repair has a key');
  for (let attempts = 1; attempts <= MOST_ATTEMPTS; attempts++) {
    const earlier = await replay(deps, key);
    if (earlier) return verdictOf(earlier);
    const held = await deps.nig.cpeOf?.(serviceLineId, { inBulk: true });
    if (held === undefined) return judged('nig-unavailable', 'NIG does not say what it holds for this line');
    const proposed = await propose(deps, of, cttId, held);
    if (!proposed || 'verdict' in proposed) return proposed;
    if (!proposed.ok) return verdictOf(proposed);
    const recorded = await recordIntent(deps, caller, proposed.value, key, { requestId: repairId });
    if (recorded.ok) return verdictOf(await sendToNig(deps, caller, recorded.value));
    if (typeof recorded.reason === 'object') return verdictOf(failed(recorded.reason));
    await deps.watch.examine();
  }
  return verdictOf(failed(FOUGHT_OVER));
};

/**
 * Repairs a line from its newest ticket, open or closed. Undefined while updates are held: the line waits.
 */
export const repairLine = async (deps: CpeUpdateDeps, of: LineToRepair): Promise<Judged | undefined> => {
  const { serviceLineId, caller } = of;
  const ticket = await maybeOne(deps.db, selectNewestTicket, [serviceLineId, caller.segmentGroups]);
  if (!ticket) return judged('ctt-not-found', 'Your segment groups have no ticket of this line');
  const done = await update(deps, of, ticket.id);
  if (done?.verdict === 'repaired') await run(deps.db, forgetDrifts, [[serviceLineId]]);
  return done;
};
