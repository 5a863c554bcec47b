import { randomUUIDv7 } from 'node:crypto';
import type { Caller, Failure } from '@cpe-desk/contract';
import { headOf } from '../history/chain/chain-entry.ts';
import { CLAIM_KEYS } from '../line/claims.ts';
import { clockAt } from '../platform/database/clock.ts';
import { maybeOne, type Queryable } from '../platform/database/database.ts';
import { brokenKey, UnconfirmedCommit } from '../platform/database/errors.ts';
import { schemaFault } from '../platform/instances/schema-guard.ts';
import { done } from '../platform/result.ts';
import { traced } from '../platform/tracing/tracing.ts';
import type { Proposal } from './2-check.ts';
import type { FlowDeps } from './batches.ts';
import { type RecordIntentsRow, selectUnsettledOfLine } from './cpe-update.sql.ts';
import type { CpeUpdateDeps } from './deps.ts';
import type { KeyedRequest } from './idempotency.ts';
import type { Intent, Origin, Unrecorded } from './intent.ts';
import { readUpdate } from './read-update.ts';
import type { RecordDeps } from './record-intents.ts';
import { settleAsAbandoned } from './settle-as.ts';
import { inUse } from './taken-values.ts';

/**
 * Why an intent was not recorded: a failure to answer, or a lost race that the next attempt
 * explains.
 */
export type NotRecorded = Failure | 'changed-meanwhile';

/** The failure of an update whose line has this unsettled one. */
export const unsettledFailure = ({
  updateId,
  state,
  by,
}: {
  updateId: string;
  state: string;
  by: string;
}): Failure => ({
  code: 'update-in-progress',
  detail: `An update by ${by} is ${state}; wait until it is settled`,
  updateId,
});

/** The failure of a line with an unsettled update; undefined where it has none. */
const inProgress = async (db: Queryable, serviceLineId: string): Promise<Failure | undefined> => {
  const unsettled = await maybeOne(db, selectUnsettledOfLine, [serviceLineId]);
  if (!unsettled) return undefined;
  const { id: updateId, state, actor_name: by } = unsettled;
  return unsettledFailure({ updateId, state, by });
};

/**
 * The failure of an instance that may not write to the database's schema; undefined where it may.
 */
const outdatedInstance = async ({
  db,
  schemas,
}: Pick<RecordDeps, 'db' | 'schemas'>): Promise<Failure | undefined> => {
  const fault = await schemaFault(db, schemas);
  return fault ? { code: 'unavailable', detail: `Nothing was sent: ${fault}` } : undefined;
};

/** Why an intent broke a constraint of keys or claims; undefined for any other error. */
export const reasonOf = async (
  db: Queryable,
  error: unknown,
  intent: Proposal,
): Promise<NotRecorded | undefined> => {
  const key = brokenKey(error);
  if (key === 'idempotency_key_pkey') return 'changed-meanwhile';
  if (!CLAIM_KEYS.includes(key)) return undefined;
  return (await inUse(db, intent)) ?? 'changed-meanwhile';
};

const notConfirming: Failure = {
  code: 'unavailable',
  detail: 'The database does not confirm changes, so nothing was recorded or sent; try again soon',
};

const notConfirmed: Failure = {
  code: 'unavailable',
  detail:
    'The database did not confirm that it recorded the update. Nothing was or will be sent to NIG; ' +
    'try again in a few seconds',
};

/**
 * How long the desk waits for an intent that may still become visible. After that it asks NIG, as
 * usual.
 */
const SEARCH_MS = 3_600_000;

/**
 * Abandons an intent whose commit is unknown. Only this process knows that it was not and will not
 * be sent.
 */
export const abandonLater = (
  deps: CpeUpdateDeps,
  { updateId, startedAt }: Unrecorded,
  error: UnconfirmedCommit,
): void =>
  deps.later.add({
    updateId,
    async write() {
      if (!deps.commits.areConfirmed()) return false;
      const hasEnded = error.hasEnded();
      const isThere = await readUpdate(deps.db, updateId, null);
      if (!isThere) return hasEnded || performance.now() - startedAt > SEARCH_MS;
      await settleAsAbandoned(
        deps,
        updateId,
        'The intent was not confirmed, so nothing was sent',
        null,
      );
      return true;
    },
  });

/** Why an intent was not recorded, though nothing failed. The order is the precedence. */
export const explainUnrecorded = async (
  deps: Pick<RecordDeps, 'db' | 'schemas'>,
  proposal: Proposal,
  { is_current }: RecordIntentsRow,
): Promise<NotRecorded> =>
  (await outdatedInstance(deps)) ??
  (await inProgress(deps.db, proposal.ticket.line.id)) ??
  (is_current ? await inUse(deps.db, proposal) : undefined) ??
  'changed-meanwhile';

/** The intent to make this update now. */
export const newIntent = (
  proposal: Proposal,
  { requestId, revertOf, bulk }: Origin,
): Unrecorded => ({
  ...proposal,
  updateId: randomUUIDv7(),
  ...{ requestId, revertOf, bulk },
  requestedAt: new Date(),
  startedAt: performance.now(),
});

/**
 * Step 8: the intent, its claims and its key, committed before the send to NIG. Concurrent intents
 * are committed together.
 */
export const recordIntent = async (
  deps: FlowDeps,
  caller: Caller,
  proposal: Proposal,
  key: KeyedRequest | null,
  origin: Origin,
): Promise<{ ok: true; value: Intent } | { ok: false; reason: NotRecorded }> => {
  if (!deps.commits.areConfirmed()) return { ok: false, reason: notConfirming };
  const intent = newIntent(proposal, origin);
  origin.onRecording?.(intent.updateId);
  try {
    const row = await traced(
      'update 8 record',
      () => deps.batches.record({ intent, caller, key }),
      {
        attributes: { 'cpe_desk.update_id': intent.updateId },
      },
    );
    if (!row.is_recorded)
      return { ok: false, reason: await explainUnrecorded(deps, proposal, row) };
    deps.watch.recordSeen({ updateId: intent.updateId, state: 'recorded' });
    return done({ ...intent, clock: clockAt(row.at), head: headOf(row) });
  } catch (error) {
    if (error instanceof UnconfirmedCommit) {
      abandonLater(deps, intent, error);
      return { ok: false, reason: notConfirmed };
    }
    const reason = await reasonOf(deps.db, error, proposal);
    if (reason === undefined) throw error;
    return { ok: false, reason };
  }
};
