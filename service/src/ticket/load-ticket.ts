import {
  type CorpData,
  type Cpe,
  type NetworkElement,
  type OltPorts,
  oltPortsSchema,
  type SegmentGroup,
  type ServiceLine,
  type TicketStatus,
  type UnsettledUpdate,
  unsettledStates,
  type VersionedCpe,
} from '@cpe-desk/contract';
import { z } from 'zod';
import { maybeOne, one, type Queryable } from '../database.ts';
import { clockAt, type DatabaseClock } from '../database-clock.ts';
import { cpeColumns, cpeOf } from './cpe-columns.ts';
import { selectNetwork, selectTicket, type TicketRow } from './queries.ts';

/** A ticket with its line, as the database has it in one moment. */
export type LoadedTicket = {
  id: string;
  ticketNo: string;
  status: TicketStatus;
  title: string;
  openedAt: string;
  line: ServiceLine;
  cpe: VersionedCpe | null;
  networkElements: NetworkElement[];
  /** The OLT on the line's path, with the ports that it declares. */
  olt: { id: string; ports: OltPorts } | null;
  corpData: CorpData | null;
  unsettledUpdate: UnsettledUpdate | null;
};

/** PostgreSQL's JSON of a timestamptz as RFC 3339 UTC. */
const time = z.coerce.date().transform((date) => date.toISOString());

const cpeJson = cpeColumns
  .extend({ network_element_id: z.string(), name: z.string(), version: z.int() })
  .transform((row) => ({
    cpe: { ...cpeOf(row), version: row.version },
    element: {
      id: row.network_element_id,
      kind: 'CPE' as const,
      name: row.name,
      manufacturer: row.manufacturer,
      model: row.model,
    },
  }))
  .nullable();

const corpDataJson = cpeColumns
  .extend({ service_line_id: z.string(), refreshed_at: time })
  .transform((row) => ({
    serviceLineId: row.service_line_id,
    cpe: cpeOf(row),
    refreshedAt: row.refreshed_at,
  }))
  .nullable();

const elementsJson = z.array(
  z.object({
    id: z.string(),
    kind: z.enum(['OLT', 'SPLITTER', 'ONT']),
    name: z.string(),
    manufacturer: z.string().nullable(),
    model: z.string().nullable(),
    olt_ports: oltPortsSchema.nullable(),
  }),
);

const unsettledJson = z
  .object({ id: z.string(), state: z.enum(unsettledStates), requested_at: time, actor_name: z.string() })
  .transform((row) => ({ updateId: row.id, state: row.state, since: row.requested_at, by: row.actor_name }))
  .nullable();

const lineOf = (row: TicketRow): ServiceLine => ({
  id: row.service_line_id,
  technology: row.technology,
  accessType: row.access_type,
  managedServices: row.managed_services,
  segmentGroup: row.segment_group,
  customer: row.customer,
  plan: { downKbps: row.plan_down_kbps, upKbps: row.plan_up_kbps },
});

const pathOf = (json: unknown): Pick<LoadedTicket, 'networkElements' | 'olt'> => {
  const path = elementsJson.parse(json);
  const olt = path.find((element) => element.olt_ports !== null);
  return {
    networkElements: path.map(({ olt_ports: _, ...element }) => element),
    olt: olt?.olt_ports ? { id: olt.id, ports: olt.olt_ports } : null,
  };
};

export const ticketOf = (row: TicketRow): LoadedTicket => {
  const cpe = cpeJson.parse(row.cpe);
  const { networkElements, olt } = pathOf(row.network_elements);
  return {
    id: row.id,
    ticketNo: row.ticket_no,
    status: row.status,
    title: row.title,
    openedAt: row.opened_at.toISOString(),
    line: lineOf(row),
    cpe: cpe?.cpe ?? null,
    networkElements: cpe ? [...networkElements, cpe.element] : networkElements,
    olt,
    corpData: corpDataJson.parse(row.corp_data),
    unsettledUpdate: unsettledJson.parse(row.unsettled_update),
  };
};

/** The ticket, or undefined where there is none in these segment groups. `null`: in any, for the desk's own work. */
export const loadTicket = async (
  db: Queryable,
  id: string,
  segmentGroups: readonly SegmentGroup[] | null,
): Promise<LoadedTicket | undefined> => {
  // PostgreSQL has no NUL in text: an id with one names nothing.
  if (id.includes('\0')) return undefined;
  const row = await maybeOne(db, selectTicket, [id, segmentGroups]);
  return row && ticketOf(row);
};

/** What a line's CPE is connected through, and the CPE's own place in it, when that was by the database's clock. */
export type Network = Pick<LoadedTicket, 'networkElements'> & { oltId: string | null; clock: DatabaseClock };

/** The network elements of a line as they are now. */
export const loadNetwork = async (db: Queryable, serviceLineId: string): Promise<Network> => {
  const row = await one(db, selectNetwork, [serviceLineId]);
  const { networkElements, olt } = pathOf(row.network_elements);
  const cpe = { id: row.cpe_element_id, kind: 'CPE' as const, name: row.cpe_element_name };
  return {
    networkElements: [...networkElements, { ...cpe, manufacturer: null, model: null }],
    oltId: olt?.id ?? null,
    clock: clockAt(row.at),
  };
};

/** Network elements of a line whose CPE is this device. */
export const withDevice = (
  elements: readonly NetworkElement[],
  { manufacturer, model }: Pick<Cpe, 'manufacturer' | 'model'>,
): NetworkElement[] =>
  elements.map((element) => (element.kind === 'CPE' ? { ...element, manufacturer, model } : element));

/** The answer for a ticket that does not exist or that the caller may not see: nobody can tell which. */
export const noSuchTicket = (id: string) =>
  ({
    code: 'ctt-not-found',
    detail: `There is no ticket ${id.slice(0, 80)} in your segment groups`,
  }) as const;
