import type { Caller, CpeUpdateRequest, DeviceModel } from '@cpe-desk/contract';
import { type Held, heldOf } from '../hold/held.ts';
import { deviceModelRow, modelOf } from '../line/catalogue/find-models.ts';
import { one, type Queryable } from '../platform/database/database.ts';
import { type LoadedTicket, ticketOf } from '../tickets/load-ticket.ts';
import { selectUpdateContext } from './cpe-update.sql.ts';
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

/** PostgreSQL has no NUL in text, so no id or name contains one. */
const orNull = (text: string): string | null => (text.includes('\0') ? null : text);

/**
 * Step 3 of the flow: ticket, service line, network elements, current CPE, catalogue and key, in
 * one round trip.
 */
export const loadContext = async (
  db: Queryable,
  { segmentGroups }: Pick<Caller, 'segmentGroups'>,
  cttId: string,
  { manufacturer, model }: Pick<CpeUpdateRequest['new'], 'manufacturer' | 'model'>,
  key: KeyedRequest | null,
): Promise<UpdateContext> => {
  const row = await one(db, selectUpdateContext, [
    orNull(cttId),
    segmentGroups,
    orNull(manufacturer.trim()),
    orNull(model.trim()),
    key?.callerId ?? null,
    key?.key ?? null,
  ]);
  return {
    ticket: row.ticket === null ? undefined : ticketOf(row.ticket),
    model: row.model === null ? null : modelOf(deviceModelRow.parse(row.model)),
    isKeyUsed: row.is_key_used,
    knowsDualStack: row.knows_dual_stack,
    database: row.database,
    incidentId: row.incident_id,
    isCompared: row.is_compared,
    held: heldOf(row.hold),
  };
};
