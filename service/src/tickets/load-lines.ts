import type { SegmentGroup } from '@cpe-desk/contract';
import { type Queryable, run } from '../platform/database/database.ts';
import { selectLinesOfTickets } from './tickets.sql.ts';

/** The service line of each ticket that exists in these segment groups, by the ticket's id. */
export const loadLines = async (
  db: Queryable,
  ids: readonly string[],
  segmentGroups: readonly SegmentGroup[],
): Promise<Map<string, string>> => {
  // PostgreSQL has no NUL in text, so an id with one matches no ticket.
  const possible = ids.filter((id) => !id.includes('\0'));
  if (possible.length === 0) return new Map();
  const rows = await run(db, selectLinesOfTickets, [possible, segmentGroups]);
  return new Map(rows.map((row) => [row.id, row.service_line_id]));
};
