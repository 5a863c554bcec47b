import {
  accessTypes,
  type CorpData,
  type Cpe,
  type LineFacts,
  type NetworkElement,
  type OltPorts,
  oltPortsSchema,
  type SegmentGroup,
  type ServiceLine,
  segmentGroups,
  type TicketStatus,
  technologies,
  ticketStatuses,
  type UnsettledUpdate,
  unsettledStates,
  type VersionedCpe,
} from '@cpe-desk/contract';
import { z } from 'zod';
import { cpeColumns, cpeOf } from '../line/cpe-columns.ts';
import { maybeOne, one, type Queryable } from '../platform/database/database.ts';
import { selectNetwork, selectTicket } from './tickets.sql.ts';

/** A ticket with its line, from one snapshot. */
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
  olt: { id: string; manufacturer: string | null; ports: OltPorts } | null;
  /** The elements of the path whose addresses are known. */
  neighbours: LineFacts['neighbours'];
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
  }));

const corpDataJson = cpeColumns
  .extend({ service_line_id: z.string(), refreshed_at: time })
  .transform((row) => ({
    serviceLineId: row.service_line_id,
    cpe: cpeOf(row),
    refreshedAt: row.refreshed_at,
  }));

/** The elements on a line's path, and the OLT among them with the ports that it declares. */
const pathJson = z
  .array(
    z.object({
      id: z.string(),
      kind: z.enum(['OLT', 'SPLITTER', 'ONT']),
      name: z.string(),
      manufacturer: z.string().nullable(),
      model: z.string().nullable(),
      olt_ports: oltPortsSchema.nullable(),
      addresses: z.array(z.string()),
    }),
  )
  .transform((path) => {
    const olt = path.find((element) => element.olt_ports !== null);
    return {
      elements: path.map(({ olt_ports: _, addresses: __, ...element }): NetworkElement => element),
      neighbours: path
        .filter(({ addresses }) => addresses.length > 0)
        .map(({ kind, name, addresses }) => ({ kind, name, addresses })),
      olt: olt?.olt_ports
        ? { id: olt.id, manufacturer: olt.manufacturer, ports: olt.olt_ports }
        : null,
    };
  });

const unsettledJson = z
  .object({
    id: z.string(),
    state: z.enum(unsettledStates),
    requested_at: time,
    actor_name: z.string(),
  })
  .transform((row) => ({
    updateId: row.id,
    state: row.state,
    since: row.requested_at,
    by: row.actor_name,
  }));

/** The JSON that `TICKET` returns. */
const ticketRow = z.object({
  id: z.string(),
  ticket_no: z.string(),
  status: z.enum(ticketStatuses),
  title: z.string(),
  opened_at: time,
  service_line_id: z.string(),
  technology: z.enum(technologies),
  access_type: z.enum(accessTypes).nullable(),
  managed_services: z.boolean(),
  segment_group: z.enum(segmentGroups),
  customer: z.string(),
  plan_down_kbps: z.int(),
  plan_up_kbps: z.int(),
  cpe: cpeJson.nullable(),
  corp_data: corpDataJson.nullable(),
  network_elements: pathJson,
  unsettled_update: unsettledJson.nullable(),
});

const lineOf = (row: z.infer<typeof ticketRow>): ServiceLine => ({
  id: row.service_line_id,
  technology: row.technology,
  accessType: row.access_type,
  managedServices: row.managed_services,
  segmentGroup: row.segment_group,
  customer: row.customer,
  plan: { downKbps: row.plan_down_kbps, upKbps: row.plan_up_kbps },
});

/** A ticket from the JSON of `TICKET`. */
export const ticketOf = (json: unknown): LoadedTicket => {
  const row = ticketRow.parse(json);
  const { elements, olt, neighbours } = row.network_elements;
  return {
    id: row.id,
    ticketNo: row.ticket_no,
    status: row.status,
    title: row.title,
    openedAt: row.opened_at,
    line: lineOf(row),
    cpe: row.cpe?.cpe ?? null,
    networkElements: row.cpe ? [...elements, row.cpe.element] : elements,
    olt,
    neighbours,
    corpData: row.corp_data,
    unsettledUpdate: row.unsettled_update,
  };
};

/**
 * The ticket; undefined where these segment groups have none. `null`: any group, for the desk
 * itself.
 */
export const loadTicket = async (
  db: Queryable,
  id: string,
  segmentGroups: readonly SegmentGroup[] | null,
): Promise<LoadedTicket | undefined> => {
  // PostgreSQL has no NUL in text, so an id with one matches no ticket.
  if (id.includes('\0')) return undefined;
  const row = await maybeOne(db, selectTicket, [id, segmentGroups]);
  return row && ticketOf(row.ticket);
};

/**
 * The network elements through which a line's CPE is connected. The CPE at the end is without its
 * device (`withDevice`).
 */
export type Network = Pick<LoadedTicket, 'networkElements'> & { oltId: string | null };

/** The present network elements of a line. */
export const loadNetwork = async (db: Queryable, serviceLineId: string): Promise<Network> => {
  const row = await one(db, selectNetwork, [serviceLineId]);
  const { elements, olt } = pathJson.parse(row.network_elements);
  const cpe = { id: row.cpe_element_id, kind: 'CPE' as const, name: row.cpe_element_name };
  return {
    networkElements: [...elements, { ...cpe, manufacturer: null, model: null }],
    oltId: olt?.id ?? null,
  };
};

/** Network elements of a line whose CPE is this device. */
export const withDevice = (
  elements: readonly NetworkElement[],
  { manufacturer, model }: Pick<Cpe, 'manufacturer' | 'model'>,
): NetworkElement[] =>
  elements.map((element) =>
    element.kind === 'CPE' ? { ...element, manufacturer, model } : element,
  );

/**
 * The failure for a ticket that does not exist or that the caller may not see. The two must look
 * the same.
 */
export const ticketNotFound = (id: string) =>
  ({
    code: 'ctt-not-found',
    detail: `Your segment groups have no ticket ${id.slice(0, 80)}`,
  }) as const;
