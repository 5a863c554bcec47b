/**
 * The update of a line's CPE, from the confirmed request to the answer. The steps and their files:
 *
 *  1, 2   the portal: confirmation and payload        portal/src/app/cpe-update/
 *  3      ticket, network elements, CPE, catalogue    1-load.ts
 *  4 - 7  validate, eligibility, snapshot             2-check.ts
 *         unsettled, in use, differs from NIG         judge-updates.ts, compare-first.ts
 *  8      commit the intent                           3-record.ts (idempotency.ts)
 *  9      send to NIG                                 4-send.ts
 *  10     apply in one statement                      5-apply.ts
 *  11     answer, and announce the state              5-apply.ts, events/
 *
 * settle/settle-updates.ts settles an update that does not end here. The states are in
 * contract/src/cpe-update-state.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Caller,
  CpePreview,
  CpeUpdateAnswer,
  CpeUpdateRequest,
  Failure,
} from '@cpe-desk/contract';
import { heldFailure } from '../hold/held.ts';
import { done, failed, type Result } from '../platform/result.ts';
import { traced } from '../platform/tracing/tracing.ts';
import { loadContext, type UpdateContext } from './1-load.ts';
import { checkUpdate, type Proposal } from './2-check.ts';
import { type NotRecorded, recordIntent } from './3-record.ts';
import { nigPayload, sendToNig } from './4-send.ts';
import type { FlowDeps } from './batches.ts';
import type { CpeUpdateDeps } from './deps.ts';
import { type KeyedRequest, lookUpKey, type StoredAnswer } from './idempotency.ts';
import type { Origin } from './intent.ts';
import { judgeUpdates, refusalsOf } from './judge-updates.ts';

export type UpdateOutcome = Result<CpeUpdateAnswer> | { replay: StoredAnswer };

/** How often a retry checks whether the update of its key has settled, ms. */
const POLL_MS = 100;

/** The outcome of a request whose key was used before; undefined where the key is free. */
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
          'This Idempotency-Key was used for a different ticket or body; use a new key for a new request',
      });
    if (performance.now() > deadline)
      return failed({
        code: 'nig-outcome-unknown',
        detail: 'The outcome of the first request with this key is unknown so far',
        updateId: found.updateId,
      });
    await sleep(POLL_MS);
  }
};

/**
 * During an incident, before the intent is recorded: refuses new values that NIG holds for another
 * line, and a line that was not compared since. Without an incident the intent itself detects
 * unsettled updates and used values.
 */
const refuse = async (
  deps: CpeUpdateDeps,
  proposal: Proposal,
  { nigSeen }: Pick<CpeUpdateRequest, 'nigSeen'>,
  context: UpdateContext,
): Promise<Failure | undefined> => {
  if (context.incidentId === null) return undefined;
  const [refusal] = await refusalsOf(deps, [{ proposal, nigSeen, context }]);
  return refusal?.failure;
};

/** Makes one attempt. `again` is the failure of a lost race, which the next attempt explains. */
const attempt = async (
  deps: FlowDeps,
  caller: Caller,
  cttId: string,
  request: CpeUpdateRequest,
  key: KeyedRequest | null,
  origin: Origin,
): Promise<UpdateOutcome | { again: NotRecorded }> => {
  const { segmentGroups } = caller;
  const context = await traced('update 3 load', () =>
    deps.batches.load({ segmentGroups, cttId, device: request.new, key }),
  );
  const earlier = key && context.isKeyUsed && (await replay(deps, key));
  if (earlier) return earlier;
  if (context.ticket && context.held) return failed(heldFailure(context.held));
  const checked = await traced('update 4-7 check', async (span) => {
    const result = checkUpdate(deps, cttId, request, context);
    if (!result.ok) span.set({ 'cpe_desk.failure': result.failure.code });
    return result;
  });
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

/**
 * Whoever wins a race settles, so a few attempts suffice. More attempts mean constant updates of
 * the line.
 */
const MOST_ATTEMPTS = 5;

/** Updates a line's CPE from a ticket: the whole flow. */
export const updateCpe = async (
  deps: FlowDeps,
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
      // The unsettled update may be this same request, sent twice at once.
      const twin = key && outcome.again.code === 'update-in-progress' && (await replay(deps, key));
      return twin || failed(outcome.again);
    }
    if (attempts === MOST_ATTEMPTS)
      return failed({
        code: 'unavailable',
        detail: 'Other updates are changing the line now; try again',
      });
  }
};

/** What an update would do: the same checks, with nothing recorded and nothing sent. */
export const previewUpdate = async (
  deps: CpeUpdateDeps,
  caller: Caller,
  cttId: string,
  request: CpeUpdateRequest,
): Promise<Result<CpePreview>> => {
  const { segmentGroups } = caller;
  const of = { segmentGroups, cttId, device: request.new, key: null };
  const context = await loadContext(deps.db, of);
  const [judged] = await judgeUpdates(deps, [{ cttId, request, context }]);
  if (!judged) throw new Error('A preview is judged');
  if (!judged.ok) return judged;
  const proposal = judged.value;
  const { kind, changed, before, after, warnings } = proposal;
  const payload = nigPayload(proposal, caller, new Date());
  const nigRequest = await deps.nig.preview({ updateId: '{updateId}', payload });
  return done({ kind, changed, before, after, warnings, nigPayload: payload, nigRequest });
};
