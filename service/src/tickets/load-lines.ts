import type { SegmentGroup } from '@cpe-desk/contract';
import { type Queryable, run, statement } from '../platform/database/database.ts';

const selectLines = statement<
  { id: string; service_line_id: string },
  [ids: readonly string[], segmentGroups: readonly SegmentGroup[]]
>(
  'select-lines-of-tickets',
  `select t.id, t.service_line_id
     from ctt t join service_line l on l.id = t.service_line_id
    where t.id = any($1) and l.segment_group = any($2)`,
);

/** The service line of each ticket that exists in these segment groups, by the ticket's id. */
export const loadLines = async (
  db: Queryable,
  ids: readonly string[],
  segmentGroups: readonly SegmentGroup[],
): Promise<Map<string, string>> => {
  // PostgreSQL has no NUL in text, so an id with one matches no ticket.
  const possible = ids.filter((id) => !id.includes('\0'));
  if (possible.length === 0) return new Map();
  const rows = await run(db, selectLines, [possible, segmentGroups]);
  return new Map(rows.map((row) => [row.id, row.service_line_id]));
};
