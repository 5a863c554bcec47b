/**
 * The update of a line's CPE, from the confirmed request to the answer. The steps of the flow and their files:
 *
 *  1, 2   the portal: confirmation and payload        portal/src/app/cpe-update/
 *  3      ticket, network elements, CPE, catalogue    load-context.ts
 *  4 - 7  validate, eligibility, snapshot             check-update.ts
 *         while an incident is open: NIG is compared    incident/compare-first.ts
 *  8      the intent, committed                       record-intent.ts (claims.ts, idempotency.ts)
 *  9      NIG is asked                                send-to-nig.ts
 *  10     one statement                               apply-update.ts
 *  11     the answer; everyone is told                apply-update.ts, live-updates.ts
 *
 * What does not end here is settled by settle-updates.ts. The states: contract/src/cpe-update-state.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller, CpePreview, CpeUpdateAnswer, CpeUpdateRequest, Failure } from '@cpe-desk/contract';
import { heldFailure } from '../hold/held.ts';
import { done, failed, type Result } from '../platform/result.ts';
import { loadContext, type UpdateContext } from './1-load.ts';
import { checkUpdate, type Proposal } from './2-check.ts';
import { heldElsewhere, inProgress, inUse, type NotRecorded, type Origin, recordIntent } from './3-record.ts';
import { nigPayload, sendToNig } from './4-send.ts';
import { compareFirst } from './compare-first.ts';
import type { CpeUpdateDeps } from './deps.ts';
import { type KeyedRequest, lookUpKey, type StoredAnswer } from './idempotency.ts';

export type UpdateOutcome = Result<CpeUpdateAnswer> | { replay: StoredAnswer };

/** How often a retry looks whether the update of its key has settled, ms. */
const LOOK_AGAIN_MS = 100;

/** The outcome of a request whose key was used before; undefined when the key is free. */
export const replay = async (
  deps: CpeUpdateDeps,
  request: KeyedRequest,
): Promise<UpdateOutcome | undefined> => {
  const deadline = performance.now() + deps.nigTimeoutMs;
  for (;;) {
    const found = await lookUpKey(deps.db, request);
    if (found.use === 'new') return undefined;
    if (found.use === 'answered') return { replay: found.answer };
    if (found.use === 'reused')
      return failed({
        code: 'idempotency-key-reused',
        detail:
          'This Idempotency-Key came with another ticket or body before; use a new one for a new request',
      });
    if (performance.now() > deadline)
      return failed({
        code: 'nig-outcome-unknown',
        detail: 'The outcome of the first request with this key is still being found out',
        updateId: found.updateId,
      });
    await sleep(LOOK_AGAIN_MS);
  }
};

/**
 * While an incident is open, before anything is recorded: why an update is refused that wants what NIG
 * holds for another line, or whose line was not compared since. Without one the intent itself finds what
 * is in progress and in use.
 */
const refuse = async (
  deps: CpeUpdateDeps,
  proposal: Proposal,
  { nigSeen }: Pick<CpeUpdateRequest, 'nigSeen'>,
  { incidentId, isCompared }: UpdateContext,
): Promise<Failure | undefined> => {
  if (incidentId === null) return undefined;
  const taken =
    (await inProgress(deps.db, proposal.ticket.line.id)) ??
    (await inUse(deps.db, proposal)) ??
    (await heldElsewhere(deps.db, proposal));
  if (taken || isCompared) return taken;
  return compareFirst(deps, incidentId, proposal, nigSeen);
};

/** Tries once; says why when a race was lost that another look explains. */
const attempt = async (
  deps: CpeUpdateDeps,
  caller: Caller,
  cttId: string,
  request: CpeUpdateRequest,
  key: KeyedRequest | null,
  origin: Origin,
): Promise<UpdateOutcome | { again: NotRecorded }> => {
  const context = await loadContext(deps.db, caller, cttId, request.new, key);
  const earlier = key && context.isKeyUsed && (await replay(deps, key));
  if (earlier) return earlier;
  if (context.ticket && context.held) return failed(heldFailure(context.held));
  const checked = checkUpdate(deps, cttId, request, context);
  if (!checked.ok) return checked;
  if (context.database !== deps.watch.database()) {
    await deps.watch.examine();
    return { again: 'changed-meanwhile' };
  }
  const refused = await refuse(deps, checked.value, request, context);
  if (refused) return { again: refused };
  const recorded = await recordIntent(deps, caller, checked.value, key, origin);
  if (!recorded.ok) return { again: recorded.reason };
  return sendToNig(deps, caller, recorded.value);
};

/** A race is lost to somebody who then has won: a few looks explain it. More means that the line is fought over. */
const MOST_ATTEMPTS = 5;

/** Updates a line's CPE from a ticket: the whole flow. */
export const updateCpe = async (
  deps: CpeUpdateDeps,
  caller: Caller,
  cttId: string,
  request: CpeUpdateRequest,
  key: KeyedRequest | null,
  origin: Origin,
): Promise<UpdateOutcome> => {
  for (let attempts = 1; ; attempts++) {
    const outcome = await attempt(deps, caller, cttId, request, key, origin);
    if (!('again' in outcome)) return outcome;
    if (typeof outcome.again === 'object') {
      // The update in progress may be this very request, sent twice at once.
      const twin = key && outcome.again.code === 'update-in-progress' && (await replay(deps, key));
      return twin || failed(outcome.again);
    }
    if (attempts === MOST_ATTEMPTS)
      return failed({
        code: 'unavailable',
        detail: 'The line is being changed by others right now; try again',
      });
  }
};

/** What an update would do: the same checks, nothing recorded, nothing sent. */
export const previewUpdate = async (
  deps: CpeUpdateDeps,
  caller: Caller,
  cttId: string,
  request: CpeUpdateRequest,
): Promise<Result<CpePreview>> => {
  const context = await loadContext(deps.db, caller, cttId, request.new, null);
  const checked = checkUpdate(deps, cttId, request, context);
  if (!checked.ok) return checked;
  const proposal: Proposal = checked.value;
  const taken =
    (await inProgress(deps.db, proposal.ticket.line.id)) ??
    (await inUse(deps.db, proposal)) ??
    (await refuse(deps, proposal, request, context));
  if (taken) return failed(taken);
  const { kind, changed, before, after, warnings } = proposal;
  return done({
    kind,
    changed,
    before,
    after,
    warnings,
    nigPayload: nigPayload(proposal, caller, new Date()),
  });
};
