import { run, type Transaction } from '../platform/database/database.ts';
import { BadRecord } from './bad-record.ts';
import {
  importSelectOtherKinds,
  importUpsertNetworkElements,
  importUpsertTickets,
} from './import.sql.ts';
import type { ImportRecord, NetworkElementRecord, TicketRecord } from './parse-line.ts';
import { type Written, writeServiceLines } from './write-service-lines.ts';

/**
 * Writes records, referenced ones first: network elements, service lines, tickets. Equal records
 * stay as they are. Throws for a bad record (`badRecordReason` has the reason); the transaction
 * cannot continue then.
 */
export const writeRecords = async (
  tx: Transaction,
  records: readonly ImportRecord[],
  at: Date,
): Promise<Written> => {
  const elements = records.filter((record) => record.type === 'networkElement');
  const lines = records.filter((record) => record.type === 'serviceLine');
  const tickets = records.filter((record) => record.type === 'ticket');
  const changedElements = elements.length > 0 ? await writeNetworkElements(tx, elements) : 0;
  const written =
    lines.length > 0 ? await writeServiceLines(tx, lines, at) : { changed: 0, kept: new Map() };
  const changedTickets = tickets.length > 0 ? await writeTickets(tx, tickets) : 0;
  return { changed: changedElements + written.changed + changedTickets, kept: written.kept };
};

const writeNetworkElements = async (
  tx: Transaction,
  elements: NetworkElementRecord[],
): Promise<number> => {
  const rows = elements.map(({ oltPorts, ...element }) => ({ ...element, olt_ports: oltPorts }));
  const json = JSON.stringify(rows);
  // Claims name an OLT by its id, so an OLT must stay an OLT.
  const [other] = await run(tx, importSelectOtherKinds, [json]);
  if (other) throw new BadRecord(`network element ${other.id} is recorded as ${other.kind}`);
  return (await run(tx, importUpsertNetworkElements, [json])).length;
};

const writeTickets = async (tx: Transaction, tickets: TicketRecord[]): Promise<number> => {
  const rows = tickets.map((ticket) => ({
    ...ticket,
    ticket_no: ticket.ticketNo,
    opened_at: ticket.openedAt,
    service_line_id: ticket.serviceLineId,
  }));
  return (await run(tx, importUpsertTickets, [JSON.stringify(rows)])).length;
};
