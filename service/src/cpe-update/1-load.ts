import type { Caller, DeviceModel } from '@cpe-desk/contract';
import { type Held, heldOf } from '../hold/held.ts';
import { deviceModelRow, modelOf } from '../line/catalogue/find-models.ts';
import { type Queryable, run } from '../platform/database/database.ts';
import { type LoadedTicket, ticketOf } from '../tickets/load-ticket.ts';
import { type SelectUpdateContextsRow, selectUpdateContexts } from './cpe-update.sql.ts';
import type { KeyedRequest } from './idempotency.ts';

/** The facts that decide an update, from one database snapshot. */
export type UpdateContext = {
  /** Undefined where the caller's segment groups have no such ticket. */
  ticket: LoadedTicket | undefined;
  /** The catalogue's model of the new values, ignoring case; null where it has none. */
  model: DeviceModel | null;
  /** Whether the caller has used this key before. */
  isKeyUsed: boolean;
  /** Whether dual-stack values may be recorded: no older instance runs. */
  knowsDualStack: boolean;
  /** The identity of the database; null: a standby. */
  database: string | null;
  /** The open incident; null: none. */
  incidentId: string | null;
  /** Whether the line was compared since the incident began, and NIG agreed. */
  isCompared: boolean;
  /** Who holds all updates; undefined where they are not held. */
  held: Held | undefined;
};

/** What an update asks for, as far as it decides what to load. Null: as it is recorded. */
export type ContextRequest = {
  /** Who sees which tickets. */
  segmentGroups: Caller['segmentGroups'];
  cttId: string;
  device: { manufacturer: string | null; model: string | null };
  key: KeyedRequest | null;
};

/** PostgreSQL has no NUL in text, so no id or name contains one. */
const orNull = (text: string): string | null => (text.includes('\0') ? null : text);

/** A name to look up; none has an empty one. */
const nameOf = (text: string | null): string | null =>
  text === null ? null : (orNull(text)?.trim() ?? '');

const contextOf = (row: SelectUpdateContextsRow): UpdateContext => ({
  ticket: row.ticket === null ? undefined : ticketOf(row.ticket),
  model: row.model === null ? null : modelOf(deviceModelRow.parse(row.model)),
  isKeyUsed: row.is_key_used,
  knowsDualStack: row.knows_dual_stack,
  database: row.database,
  incidentId: row.incident_id,
  isCompared: row.is_compared,
  held: heldOf(row.hold),
});

/**
 * Step 3 of the flow for a batch of updates: ticket, service line, network elements, current CPE,
 * catalogue and key of each, in one round trip and one snapshot.
 */
export const loadContexts = async (
  db: Queryable,
  requests: readonly ContextRequest[],
): Promise<UpdateContext[]> => {
  const rows = await run(db, selectUpdateContexts, [
    requests.map(({ cttId }) => orNull(cttId)),
    requests.map(({ segmentGroups }) => segmentGroups.join()),
    requests.map(({ device }) => nameOf(device.manufacturer)),
    requests.map(({ device }) => nameOf(device.model)),
    requests.map(({ key }) => key?.callerId ?? null),
    requests.map(({ key }) => key?.key ?? null),
  ]);
  return rows.toSorted((a, b) => a.number - b.number).map(contextOf);
};

/** The same for one update. */
export const loadContext = async (
  db: Queryable,
  request: ContextRequest,
): Promise<UpdateContext> => {
  const [context] = await loadContexts(db, [request]);
  if (!context) throw new Error('An update has a context');
  return context;
};
