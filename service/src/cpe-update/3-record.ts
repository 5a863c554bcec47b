import { randomUUIDv7 } from 'node:crypto';
import type { Caller, ClaimKind, Cpe, Failure, Finding } from '@cpe-desk/contract';
import { headOf } from '../history/chain/chain-entry.ts';
import { CLAIM_KEYS, type Claim } from '../line/claims.ts';
import { clockAt } from '../platform/database/clock.ts';
import { maybeOne, type Queryable, run } from '../platform/database/database.ts';
import { brokenKey, UnconfirmedCommit } from '../platform/database/errors.ts';
import { schemaFault } from '../platform/instances/schema-guard.ts';
import { done } from '../platform/result.ts';
import { traced } from '../platform/tracing/tracing.ts';
import type { Proposal } from './2-check.ts';
import type { FlowDeps } from './batches.ts';
import {
  type RecordIntentsRow,
  selectForeignClaims,
  selectUnsettledOfLine,
  selectValuesHeldElsewhere,
} from './cpe-update.sql.ts';
import type { CpeUpdateDeps } from './deps.ts';
import type { KeyedRequest } from './idempotency.ts';
import type { Intent, Origin, Unrecorded } from './intent.ts';
import { readUpdate } from './read-update.ts';
import { settleAsAbandoned } from './settle-as.ts';

/**
 * Why an intent was not recorded: a failure to answer, or a lost race that the next attempt
 * explains.
 */
export type NotRecorded = Failure | 'changed-meanwhile';

const fieldOf: Readonly<Record<ClaimKind, { pointer: string; name: string }>> = {
  'ip-address': { pointer: '/new/ipAddress', name: 'IP address' },
  port: { pointer: '/new/port', name: 'port' },
  'serial-number': { pointer: '/new/serialNumber', name: 'serial number' },
  'mac-address': { pointer: '/new/macAddress', name: 'MAC address' },
  'ipv6-prefix': {
    pointer: '/new/ipv6Prefix',
    name: 'IPv6 prefix, a part of it or an address in it',
  },
};

/** An IP address may be in two fields. */
const placeOf = ({ kind, value }: Claim, { ipv6Address }: Cpe) =>
  kind === 'ip-address' && value === ipv6Address
    ? { pointer: '/new/ipv6Address', name: 'IPv6 address, or a prefix that holds it' }
    : fieldOf[kind];

/** Claims with their line, as parameters of the statements about claims. */
export const claimParams = (
  claims: readonly Claim[],
  serviceLineId: string,
): [kinds: string[], values: string[], serviceLineId: string] => [
  claims.map(({ kind }) => kind),
  claims.map(({ value }) => value),
  serviceLineId,
];

const takenFailure = (foreign: readonly Claim[], after: Cpe): Failure | undefined => {
  if (foreign.length === 0) return undefined;
  const errors: Finding[] = foreign
    .map((claim) => placeOf(claim, after))
    .map(({ pointer, name }) => ({
      pointer,
      code: 'in-use',
      detail: `Another line has this ${name}; give a free one`,
    }))
    .sort((a, b) => a.pointer.localeCompare(b.pointer));
  return {
    code: 'value-in-use',
    detail: 'Another line uses one or more of the new values',
    errors,
  };
};

/**
 * The failure of new values that another line uses; undefined where none does. It does not name the
 * line.
 */
export const inUse = async (
  db: Queryable,
  { claims, ticket, after }: Proposal,
): Promise<Failure | undefined> =>
  takenFailure(await run(db, selectForeignClaims, claimParams(claims, ticket.line.id)), after);

/**
 * The failure of new values that NIG held for another line at the last comparison; undefined where
 * it held none.
 */
export const heldElsewhere = async (
  db: Queryable,
  { claims, ticket, after }: Pick<Proposal, 'claims' | 'ticket' | 'after'>,
): Promise<Failure | undefined> =>
  takenFailure(
    await run(db, selectValuesHeldElsewhere, claimParams(claims, ticket.line.id)),
    after,
  );

/** The failure of a line with an unsettled update; undefined where it has none. */
export const inProgress = async (
  db: Queryable,
  serviceLineId: string,
): Promise<Failure | undefined> => {
  const unsettled = await maybeOne(db, selectUnsettledOfLine, [serviceLineId]);
  return (
    unsettled && {
      code: 'update-in-progress',
      detail: `An update by ${unsettled.actor_name} is ${unsettled.state}; wait until it is settled`,
      updateId: unsettled.id,
    }
  );
};

/**
 * The failure of an instance that may not write to the database's schema; undefined where it may.
 */
const outdatedInstance = async ({ db, schemas }: CpeUpdateDeps): Promise<Failure | undefined> => {
  const fault = await schemaFault(db, schemas);
  return fault ? { code: 'unavailable', detail: `Nothing was sent: ${fault}` } : undefined;
};

/** Why an intent broke a constraint of keys or claims; undefined for any other error. */
const reasonOf = async (
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
const abandonLater = (
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
const explain = async (
  deps: CpeUpdateDeps,
  proposal: Proposal,
  { is_current }: RecordIntentsRow,
): Promise<NotRecorded> =>
  (await outdatedInstance(deps)) ??
  (await inProgress(deps.db, proposal.ticket.line.id)) ??
  (is_current ? await inUse(deps.db, proposal) : undefined) ??
  'changed-meanwhile';

/**
 * Step 8: the intent, its claims and its key, committed before the send to NIG. Concurrent intents
 * are committed together.
 */
export const recordIntent = async (
  deps: FlowDeps,
  caller: Caller,
  proposal: Proposal,
  key: KeyedRequest | null,
  { requestId, revertOf, onRecording }: Origin,
): Promise<{ ok: true; value: Intent } | { ok: false; reason: NotRecorded }> => {
  if (!deps.commits.areConfirmed()) return { ok: false, reason: notConfirming };
  const times = { requestedAt: new Date(), startedAt: performance.now() };
  const intent = { ...proposal, updateId: randomUUIDv7(), requestId, revertOf, ...times };
  onRecording?.(intent.updateId);
  try {
    const row = await traced(
      'update 8 record',
      () => deps.batches.record({ intent, caller, key }),
      {
        attributes: { 'cpe_desk.update_id': intent.updateId },
      },
    );
    if (!row.is_recorded) return { ok: false, reason: await explain(deps, proposal, row) };
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
