/**
 * Repairs one line on which the desk and NIG differ. The repair is an update through the flow:
 * recorded, sent to NIG, applied, in the history. Taking NIG's values corrects the desk; taking the
 * desk's is a refresh. A line that is repaired twice after a crash gets the outcome of its first
 * update, by its key.
 */
import {
  type Caller,
  type Cpe,
  completeCpe,
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
import { recordIntent } from '../cpe-update/3-record.ts';
import { sendToNig } from '../cpe-update/4-send.ts';
import type { FlowDeps } from '../cpe-update/batches.ts';
import { selectForeignClaims, selectValuesHeldElsewhere } from '../cpe-update/cpe-update.sql.ts';
import { replay, type UpdateOutcome } from '../cpe-update/cpe-update.ts';
import type { CpeUpdateDeps } from '../cpe-update/deps.ts';
import { keyed } from '../cpe-update/idempotency.ts';
import { claimParams } from '../cpe-update/taken-values.ts';
import { claimsOf } from '../line/claims.ts';
import { maybeOne, one, run } from '../platform/database/database.ts';
import { failed, type Result } from '../platform/result.ts';
import { beginTrace } from '../platform/tracing/tracing.ts';
import { lineOf, nigDifference } from '../reconciliation/compare-line.ts';
import { deleteDrifts, selectLineToReconcile } from '../reconciliation/reconciliation.sql.ts';
import type { LoadedTicket } from '../tickets/load-ticket.ts';
import { selectHeld, selectNewestTicket } from './repair.sql.ts';

export type LineToRepair = {
  repairId: string;
  serviceLineId: string;
  take: RepairTake;
  reason: string;
  caller: Caller;
  /** The only line of its repair: a person decided on it alone. */
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

/** The outcome of an update as the verdict of its line, as it is now or as a retry gets it. */
const verdictOf = (outcome: UpdateOutcome): Judged => {
  const body =
    'replay' in outcome ? outcome.replay.body : outcome.ok ? outcome.value : outcome.failure;
  const { code = 'repaired', detail, updateId } = outcomeSchema.parse(body);
  return { verdict: code, detail: detail ?? null, updateId: updateId ?? null };
};

/** A person decides on the values in the drift list; NIG may hold different values by now. */
const hasHeldChanged = async (
  { db }: CpeUpdateDeps,
  lineId: string,
  held: Cpe | null,
): Promise<boolean> => {
  const row = await maybeOne(db, selectHeld, [lineId]);
  if (!row) return false;
  const shown = cpeSchema.nullable().parse(row.held);
  return shown === null || held === null ? shown !== held : !isSameCpe(shown, held);
};

/** Whether another line also has a value of the line, as recorded or as NIG holds it. */
const isShared = async (
  { db }: CpeUpdateDeps,
  { line, olt }: LoadedTicket,
  cpes: readonly (Cpe | null)[],
): Promise<boolean> => {
  const claims = cpes.flatMap((cpe) => (cpe ? claimsOf(cpe, olt?.id ?? null) : []));
  const params = claimParams([{ id: line.id, claims }]);
  const foreign = await run(db, selectForeignClaims, params);
  return foreign.length > 0 || (await run(db, selectValuesHeldElsewhere, params)).length > 0;
};

/**
 * An attempt fails where another update of the line or a failover comes between; the next attempt
 * sees its result.
 */
const MOST_ATTEMPTS = 3;

const CHANGED_BY_OTHERS: Failure = {
  code: 'unavailable',
  detail: 'Other updates are changing the line now; repair it again',
};

/**
 * The verdict that prevents a repair, or the update that repairs the line; undefined during a hold.
 */
const propose = async (
  deps: CpeUpdateDeps,
  { repairId, serviceLineId, take, reason, caller, isAlone }: LineToRepair,
  cttId: string,
  held: Cpe | null,
): Promise<Judged | Result<Proposal> | undefined> => {
  // Where the desk's values are kept, the model is not looked up: it stays as recorded.
  const { segmentGroups } = caller;
  const device = held ?? { manufacturer: '', model: '' };
  const context = await loadContext(deps.db, { segmentGroups, cttId, device, key: null });
  if (context.held) return undefined;
  const { ticket } = context;
  if (!ticket?.cpe) return judged('no-network-context', 'The line has no CPE on record');
  const recorded = withoutVersion(ticket.cpe);
  const line = await one(deps.db, selectLineToReconcile, [serviceLineId]);
  if (!nigDifference(lineOf(line), held)) {
    await run(deps.db, deleteDrifts, [[serviceLineId]]);
    return judged('no-difference');
  }
  if (take === 'nig' && !held) return judged('nothing-to-take', 'NIG holds no CPE for this line');
  if (await hasHeldChanged(deps, serviceLineId, held))
    return judged(
      'nig-differs',
      'NIG holds different values than the drift list shows; compare the line again',
    );
  if (!isAlone && (await isShared(deps, ticket, [held, recorded])))
    return judged(
      'shared-value',
      'Another line has one of its values; repair such lines one at a time',
    );
  const after = take === 'nig' && held ? completeCpe(held, recorded) : recorded;
  return proposeRepair(deps, context, after, { reason, repair: { repairId, take } });
};

const update = async (
  deps: FlowDeps,
  of: LineToRepair,
  cttId: string,
): Promise<Judged | undefined> => {
  const { repairId, serviceLineId, take, caller } = of;
  const key = keyed(caller, `repair ${repairId} ${serviceLineId}`, cttId, { repairId, take });
  if (!key) throw new Error('keyed returned no key for a repair');
  for (let attempts = 1; attempts <= MOST_ATTEMPTS; attempts++) {
    const earlier = await replay(deps, key);
    if (earlier) return verdictOf(earlier);
    const held = await deps.nig.cpeOf(serviceLineId, { inBulk: true });
    if (held === undefined)
      return judged('nig-unavailable', 'NIG did not answer which CPE it holds for this line');
    const proposed = await propose(deps, of, cttId, held);
    if (!proposed || 'verdict' in proposed) return proposed;
    if (!proposed.ok) return verdictOf(proposed);
    const recorded = await recordIntent(deps, caller, proposed.value, key, { requestId: repairId });
    if (recorded.ok) return verdictOf(await sendToNig(deps, caller, recorded.value));
    if (typeof recorded.reason === 'object') return verdictOf(failed(recorded.reason));
    await deps.watch.examine();
  }
  return verdictOf(failed(CHANGED_BY_OTHERS));
};

const repair = async (deps: FlowDeps, of: LineToRepair): Promise<Judged | undefined> => {
  const { serviceLineId, caller } = of;
  const ticket = await maybeOne(deps.db, selectNewestTicket, [serviceLineId, caller.segmentGroups]);
  if (!ticket) return judged('ctt-not-found', 'Your segment groups have no ticket of this line');
  const done = await update(deps, of, ticket.id);
  if (done?.verdict === 'repaired') await run(deps.db, deleteDrifts, [[serviceLineId]]);
  return done;
};

/**
 * Repairs a line from its newest ticket, open or closed. Undefined while updates are held: the line
 * waits.
 */
export const repairLine = (deps: FlowDeps, of: LineToRepair): Promise<Judged | undefined> =>
  beginTrace('repair line', () => repair(deps, of), {
    attributes: { 'cpe_desk.request_id': of.repairId },
  });
