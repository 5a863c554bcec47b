import type { Caller, CpeUpdateRequest, DeviceModel } from '@cpe-desk/contract';
import { type Held, heldOf } from '../hold/held.ts';
import { modelOf } from '../line/catalogue/find-models.ts';
import { deviceModelRow } from '../line/catalogue/queries.ts';
import { one, type Queryable } from '../platform/database/database.ts';
import { type LoadedTicket, ticketOf } from '../tickets/load-ticket.ts';
import type { KeyedRequest } from './idempotency.ts';
import { selectUpdateContext } from './queries.ts';

/** What an update is judged on, as the database has it in one moment. */
export type UpdateContext = {
  /** Undefined where there is none in the caller's segment groups. */
  ticket: LoadedTicket | undefined;
  /** The catalogue's model of the new values, in any case; null where it has none. */
  model: DeviceModel | null;
  /** Whether the caller has used this key before. */
  isKeyUsed: boolean;
  /** From which database this was read; null: from a standby. */
  database: string | null;
  /** The open incident; null: none. */
  incidentId: string | null;
  /** Whether the line was compared since it began, and NIG agreed. */
  isCompared: boolean;
  /** Who holds all updates; undefined while they go on. */
  held: Held | undefined;
};

/** PostgreSQL has no NUL in text: what has one is nobody's id or name. */
const orNull = (text: string): string | null => (text.includes('\0') ? null : text);

/** Step 3 of the flow: ticket, service line, network elements, current CPE, catalogue and key, in one round trip. */
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
    database: row.database,
    incidentId: row.incident_id,
    isCompared: row.is_compared,
    held: heldOf(row.hold),
  };
};
