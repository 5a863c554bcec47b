import { run, type Transaction } from '../platform/database/database.ts';
import { insertClaimsOfNew, insertLines, insertPaths, insertTickets } from './insert-queries.ts';
import type { ServiceLineRecord, TicketRecord } from './parse-line.ts';
import { cpeRows, lineRow, pathRows } from './write-service-lines.ts';

/** What a new line's CPE claims, as a row of `cpe_claim`. */
export type NewClaim = { kind: string; value: string; service_line_id: string };

/** New service lines, all that comes with them, and new tickets. */
export type NewRecords = { lines: ServiceLineRecord[]; claims: NewClaim[]; tickets: TicketRecord[] };

/**
 * Writes records of which none is known yet, by plain inserts, which cost PostgreSQL a third less than looking first whether
 * there is something to update. Throws where a record turns out to be known, or bad; the transaction can not go on then.
 */
export const insertRecords = async (
  tx: Transaction,
  { lines, claims, tickets }: NewRecords,
  at: Date,
): Promise<void> => {
  if (lines.length > 0) await insertServiceLines(tx, lines, claims, at);
  if (tickets.length === 0) return;
  await run(tx, insertTickets, [
    tickets.map(({ id }) => id),
    tickets.map(({ ticketNo }) => ticketNo),
    tickets.map(({ status }) => status),
    tickets.map(({ title }) => title),
    tickets.map(({ openedAt }) => openedAt),
    tickets.map(({ serviceLineId }) => serviceLineId),
  ]);
};

const insertServiceLines = async (
  tx: Transaction,
  lines: readonly ServiceLineRecord[],
  claims: readonly NewClaim[],
  at: Date,
): Promise<void> => {
  const rows = lines.map((line) => ({ ...cpeRows(line)[0], ...lineRow(line) }));
  await run(tx, insertLines, [JSON.stringify(rows), at]);
  const path = lines.flatMap(pathRows);
  await run(tx, insertPaths, [
    path.map(({ service_line_id }) => service_line_id),
    path.map(({ position }) => position),
    path.map(({ network_element_id }) => network_element_id),
  ]);
  await run(tx, insertClaimsOfNew, [
    claims.map(({ kind }) => kind),
    claims.map(({ value }) => value),
    claims.map(({ service_line_id }) => service_line_id),
  ]);
};
