import {
  anyProblemSchema,
  type BulkMapping,
  type BulkRow,
  type BulkRowState,
  type BulkRowsQuery,
  bulkMappingSchema,
  bulkVerdictSchema,
  cpeFieldSchema,
  cpeSchema,
} from '@cpe-desk/contract';
import { z } from 'zod';
import { type Queryable, run, type Statement } from '../../platform/database/database.ts';
import type { SelectBulkRow } from '../bulk.sql.ts';
import { type SelectRowsRow, selectRows, selectRowsOfCode, selectRowsOfState } from './show.sql.ts';

const columns = z.object({
  changed: z.array(cpeFieldSchema).nullable(),
  before: cpeSchema.nullable(),
  wanted: cpeSchema.nullable(),
  verdict: bulkVerdictSchema.nullable(),
  outcome: anyProblemSchema.nullable(),
});

/** Where a row's cells have the name of its ticket. */
const ticketColumn = (headings: readonly string[], mapping: BulkMapping | null): number =>
  headings.findIndex((heading) => mapping?.columns[heading] === 'ticket');

/** Answers about rows of this bulk. */
export const rowReader = ({
  headings,
  mapping,
}: SelectBulkRow): ((row: SelectRowsRow) => BulkRow) => {
  const at = ticketColumn(headings, bulkMappingSchema.nullable().parse(mapping));
  return (row) => {
    const { changed, before, wanted, verdict, outcome } = columns.parse(row);
    return {
      ...{ row: row.row, line: row.line },
      ticket: row.cells[at]?.trim() || (row.ticket_no ?? ''),
      ...{ ticketNo: row.ticket_no, cttId: row.ctt_id, serviceLineId: row.service_line_id },
      ...{ state: row.state, kind: row.kind, changed: changed ?? [] },
      ...{ before, after: wanted, reason: row.reason, verdict },
      ...{ attempt: row.attempt, updateId: row.update_id, outcome },
    };
  };
};

/** Planned for its values: one plan for all would read all rows of the bulk. */
const planned = <Row, Params extends readonly unknown[]>(
  statement: Statement<Row, Params>,
): Statement<Row, Params> => ({ ...statement, name: '', text: statement.text });

/** Rows of a bulk after this one, in file order. */
export const loadRows = (
  db: Queryable,
  bulkId: string,
  { state, code }: Pick<BulkRowsQuery, 'code'> & { state?: BulkRowState | undefined },
  after: number,
  limit: number,
): Promise<SelectRowsRow[]> => {
  if (code !== undefined)
    return run(db, planned(selectRowsOfCode), [bulkId, code, state ?? null, after, limit]);
  return state === undefined
    ? run(db, selectRows, [bulkId, after, limit])
    : run(db, planned(selectRowsOfState), [bulkId, state, after, limit]);
};
