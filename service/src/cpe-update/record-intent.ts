import { randomUUID } from 'node:crypto';
import {
  type Caller,
  changedFields,
  ELIGIBILITY_RULES,
  type Failure,
  type Finding,
  type VersionedCpe,
} from '@cpe-desk/contract';
import { inTransaction, maybeOne, type Queryable, run, type Transaction } from '../database.ts';
import type { Desk } from '../desk.ts';
import { loadTicket } from '../ticket/load-ticket.ts';
import type { Proposal } from './check-update.ts';
import { type ClaimKind, claimsOf } from './claims.ts';
import { bindKey, type KeyedRequest } from './idempotency.ts';
import { announce } from './live-updates.ts';
import { insertClaims, insertIntent, selectForeignClaims, selectUnsettledOfLine } from './queries.ts';
import { done } from './result.ts';

/** An intent that is committed: from here on the update settles, whatever happens to this process. */
export type Intent = Proposal & {
  updateId: string;
  requestedAt: Date;
  /** Before the intent was recorded, by this process's monotonic clock, ms. */
  startedAt: number;
};

/** Why an intent was not recorded: a failure to answer, or a race that the caller's next look explains. */
export type NotRecorded = Failure | 'changed-meanwhile' | 'key-taken-meanwhile';

/** Rolls the transaction back and carries the reason out of it. */
class RolledBack extends Error {
  readonly reason: NotRecorded;

  constructor(reason: NotRecorded) {
    super('rolled back');
    this.reason = reason;
  }
}

const fieldOf: Readonly<Record<ClaimKind, { pointer: string; name: string }>> = {
  'ip-address': { pointer: '/new/ipAddress', name: 'IP address' },
  port: { pointer: '/new/port', name: 'port' },
  'serial-number': { pointer: '/new/serialNumber', name: 'serial number' },
  'mac-address': { pointer: '/new/macAddress', name: 'MAC address' },
};

/** The failure of new values that belong to another line, or undefined. Which line is nobody's business but theirs. */
export const inUse = async (
  db: Queryable,
  { after, oltId, ticket }: Proposal,
): Promise<Failure | undefined> => {
  const claims = claimsOf(after, oltId);
  const kinds = claims.map(({ kind }) => kind);
  const values = claims.map(({ value }) => value);
  const foreign = await run(db, selectForeignClaims, [kinds, values, ticket.line.id]);
  if (foreign.length === 0) return undefined;
  const errors: Finding[] = foreign
    .map(({ kind }) => ({
      pointer: fieldOf[kind].pointer,
      code: 'in-use',
      detail: `Another line has this ${fieldOf[kind].name}; give one that is free`,
    }))
    .sort((a, b) => a.pointer.localeCompare(b.pointer));
  return { code: 'value-in-use', detail: 'Another line uses some of the new values', errors };
};

/** The failure of a line that has an unsettled update, or undefined. */
export const inProgress = async (db: Queryable, serviceLineId: string): Promise<Failure | undefined> => {
  const unsettled = await maybeOne(db, selectUnsettledOfLine, [serviceLineId]);
  return (
    unsettled && {
      code: 'update-in-progress',
      detail: `An update by ${unsettled.actor_name} is ${unsettled.state}; wait until it is settled`,
      updateId: unsettled.id,
    }
  );
};

const insertUpdate = async (
  tx: Transaction,
  desk: Desk,
  caller: Caller,
  { updateId, requestedAt, ...proposal }: Intent,
) => {
  const { ticket, kind, before, after, changed, warnings, reason } = proposal;
  const rows = await run(tx, insertIntent, [
    updateId,
    ticket.line.id,
    ticket.id,
    ticket.ticketNo,
    kind,
    JSON.stringify(before),
    JSON.stringify(after),
    changed,
    JSON.stringify(warnings),
    reason,
    caller.id,
    caller.name,
    ELIGIBILITY_RULES,
    requestedAt,
    // Whoever records also sends; the others keep away until the sender must have ended.
    2 * desk.nigTimeoutMs,
    desk.settleDeadlineMs,
  ]);
  return rows.length === 1;
};

/** Compares the values too: an import replaces them without being an update. */
const isSameRecord = (a: VersionedCpe, b: VersionedCpe): boolean =>
  a.version === b.version && changedFields(a, b).length === 0;

const record = async (
  tx: Transaction,
  desk: Desk,
  caller: Caller,
  intent: Intent,
  key: KeyedRequest | null,
) => {
  const lineId = intent.ticket.line.id;
  if (!(await insertUpdate(tx, desk, caller, intent)))
    throw new RolledBack((await inProgress(tx, lineId)) ?? 'changed-meanwhile');
  // Only a line's unsettled update changes its CPE, and that is ours now: what is equal here stays equal.
  const now = await loadTicket(tx, intent.ticket.id, null);
  if (!now?.cpe || !isSameRecord(now.cpe, intent.snapshot)) throw new RolledBack('changed-meanwhile');
  const claims = claimsOf(intent.after, intent.oltId);
  const [kinds, values] = [claims.map(({ kind }) => kind), claims.map(({ value }) => value)];
  await run(tx, insertClaims, [kinds, values, lineId, intent.updateId]);
  const taken = await inUse(tx, intent);
  if (taken) throw new RolledBack(taken);
  if (key && !(await bindKey(tx, key, intent.updateId))) throw new RolledBack('key-taken-meanwhile');
  await announce(tx, {
    updateId: intent.updateId,
    state: 'recorded',
    cttId: intent.ticket.id,
    ticketNo: intent.ticket.ticketNo,
    serviceLineId: lineId,
    by: caller.name,
    segmentGroup: intent.ticket.line.segmentGroup,
  });
};

/** Step 8: the intent, its claims and its key, committed before NIG hears of it. */
export const recordIntent = async (
  desk: Desk,
  caller: Caller,
  proposal: Proposal,
  key: KeyedRequest | null,
): Promise<{ ok: true; value: Intent } | { ok: false; reason: NotRecorded }> => {
  const times = { requestedAt: new Date(), startedAt: performance.now() };
  const intent: Intent = { ...proposal, updateId: randomUUID(), ...times };
  try {
    await inTransaction(desk.db, (tx) => record(tx, desk, caller, intent, key));
    return done(intent);
  } catch (error) {
    if (error instanceof RolledBack) return { ok: false, reason: error.reason };
    throw error;
  }
};
