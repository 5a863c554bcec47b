import {
  type BulkMapping,
  type Cpe,
  changedFields,
  cpeFieldSchema,
  cpeSchema,
  type Failure,
  type Finding,
  findingSchema,
  problemBody,
  type SegmentGroup,
  UNKNOWN_OLT,
  withoutVersion,
} from '@cpe-desk/contract';
import { z } from 'zod';
import { loadContexts, type UpdateContext } from '../../cpe-update/1-load.ts';
import { obstacleOf } from '../../cpe-update/2-check.ts';
import {
  type JudgeDeps,
  type Judged,
  judgeUpdates,
  type UpdateToJudge,
} from '../../cpe-update/judge-updates.ts';
import { run } from '../../platform/database/database.ts';
import { failed } from '../../platform/result.ts';
import { ticketNotFound } from '../../tickets/load-ticket.ts';
import { type SelectRowsToCheckRow, selectTicketsNamed } from './check.sql.ts';
import type { LinesOfFile } from './lines-of-file.ts';
import {
  ambiguousCell,
  type Cell,
  cellsByColumn,
  malformedCells,
  missingValues,
  type RowCells,
  readRow,
  requestOf,
} from './row-input.ts';

/** How a bulk's rows are read, and whose tickets they may name. */
export type RowsContext = {
  headings: readonly string[];
  mapping: BulkMapping;
  segmentGroups: readonly SegmentGroup[];
};

/** A row with the ticket that it names, and what a preview of its update answers. */
export type JudgedRow = {
  row: number;
  ticket: { id: string; ticketNo: string; lineId: string } | undefined;
  reason: string | null;
  judged: Judged;
};

/** A number with two readings: a person says which. */
export class AmbiguousNumber extends Error {
  readonly row: number;
  readonly cell: Cell;

  constructor(row: number, cell: Cell) {
    super(`Row ${row} has a number with two readings`);
    this.row = row;
    this.cell = cell;
  }
}

const givenSchema = z.object({
  cttId: z.string(),
  changed: z.array(cpeFieldSchema),
  after: cpeSchema,
  new: cpeSchema.partial(),
});
type Given = z.infer<typeof givenSchema>;

type RowToJudge = {
  row: number;
  /** As the file, or the update to take back, names the ticket. */
  name: string;
  cells: RowCells;
  given: Given | undefined;
  faults: Finding[];
};

const malformed = (errors: Finding[]): Judged =>
  failed({ code: 'malformed-request', detail: 'The row cannot be read; see errors', errors });

const rowToJudge = (stored: SelectRowsToCheckRow, context: RowsContext): RowToJudge => {
  const { row } = stored;
  const given = stored.given === null ? undefined : givenSchema.parse(stored.given);
  if (given) return { row, name: given.cttId, cells: {}, given, faults: [] };
  const faults = z.array(findingSchema).nullable().parse(stored.fault) ?? [];
  if (faults.length > 0) return { row, name: '', cells: {}, given, faults };
  const cells = cellsByColumn(context.headings, stored.cells, context.mapping);
  const ambiguous = ambiguousCell(cells, context.mapping);
  if (ambiguous) throw new AmbiguousNumber(row, ambiguous);
  const name = cells.ticket?.text.replace(/^#\s*/, '') ?? '';
  return { row, name, cells, given, faults: malformedCells(cells, context.mapping) };
};

const otherLine = (text: string): Judged =>
  malformed([
    { pointer: '/serviceLine', code: 'other-line', detail: `The ticket is not of line ${text}` },
  ]);

/** The failure of a revert that changes nothing, or fields that changed since; else undefined. */
const notRevertible = ({ changed, after }: Given, now: Cpe): Failure | undefined => {
  const touched = changedFields(after, now).filter((field) => changed.includes(field));
  if (changed.length > 0 && touched.length === 0) return undefined;
  return {
    code: 'not-revertible',
    detail:
      changed.length === 0
        ? 'A refresh changed no field; no field can be reverted'
        : 'A later update changed the same fields; correct them instead',
    conflicts: touched.map((field) => ({
      field,
      after: after[field] ?? null,
      now: now[field] ?? null,
    })),
  };
};

/** The update of a row, or what keeps it from being one. */
const updateOf = (
  deps: JudgeDeps,
  { row, name, cells, given }: RowToJudge,
  { mapping }: RowsContext,
  reason: string | null,
  cttId: string,
  context: UpdateContext,
): UpdateToJudge | Judged => {
  const { ticket } = context;
  if (!ticket) return failed(ticketNotFound(name));
  if (cells.serviceLine && cells.serviceLine.text !== ticket.line.id)
    return otherLine(cells.serviceLine.text);
  const said = readRow(cells, mapping, ticket.olt ?? UNKNOWN_OLT);
  if (!ticket.cpe && missingValues(said)) {
    const obstacle = obstacleOf(ticket, deps);
    if (!obstacle) throw new Error(`The line of row ${row} has no CPE and can be updated`);
    return failed(obstacle);
  }
  const recorded = ticket.cpe ? withoutVersion(ticket.cpe) : emptyCpe;
  if (given) {
    const failure = ticket.cpe ? notRevertible(given, recorded) : undefined;
    if (failure) return failed(failure);
    return {
      cttId,
      request: { current: recorded, new: { ...recorded, ...given.new }, reason },
      context,
    };
  }
  return { cttId, request: requestOf(said, recorded, reason), context };
};

/** Of a line without one: each value of it must be given. */
const emptyCpe: Cpe = {
  ...{ manufacturer: '', model: '', ipAddress: '', port: '' },
  ...{ bandwidth: { downKbps: 0, upKbps: 0 }, serialNumber: null, macAddress: null },
};

const isUpdate = (update: UpdateToJudge | Judged): update is UpdateToJudge => !('ok' in update);

/** The rows that are updates, judged as the preview judges them. */
const judgeNamed = async (
  deps: JudgeDeps,
  context: RowsContext,
  named: readonly { row: RowToJudge; reason: string | null; cttId: string }[],
): Promise<Judged[]> => {
  if (named.length === 0) return [];
  const contexts = await loadContexts(
    deps.db,
    named.map(({ row: { cells, given }, cttId }) => ({
      ...{ segmentGroups: [...context.segmentGroups], cttId, key: null },
      device: {
        manufacturer: cells.manufacturer?.text ?? given?.new.manufacturer ?? null,
        model: cells.model?.text ?? given?.new.model ?? null,
      },
    })),
  );
  const updates = named.map(({ row, reason, cttId }, index) => {
    const loaded = contexts[index];
    if (!loaded) throw new Error('Each update has a context');
    return updateOf(deps, row, context, reason, cttId, loaded);
  });
  const toJudge = updates.filter(isUpdate);
  const judged = await judgeUpdates(deps, toJudge);
  let next = 0;
  return updates.map((update) => {
    if (!isUpdate(update)) return update;
    const result = judged[next++];
    if (!result) throw new Error('Each update is judged');
    return result;
  });
};

const duplicate = (firstRow: number): Judged =>
  failed({
    code: 'duplicate-row',
    detail: `Row ${firstRow} is about the same line; only that one is taken`,
    firstRow,
  });

/** With the row that frees the values of other lines, where earlier rows free them all. */
const withFreeing = (judged: Judged, lines: LinesOfFile): Judged => {
  if (judged.ok || judged.failure.code !== 'value-in-use' || !judged.holders?.length) return judged;
  const rows = judged.holders.map((claim) => lines.freedBy(claim));
  const freedByRow = rows.every((row) => row !== undefined) ? Math.max(...rows) : undefined;
  return freedByRow === undefined
    ? judged
    : { ...judged, failure: { ...judged.failure, freedByRow } };
};

/**
 * Judges rows in file order. `lines` knows the lines of earlier rows. Throws `AmbiguousNumber` for
 * a number that only a person can read.
 */
export const judgeRows = async (
  deps: JudgeDeps,
  context: RowsContext,
  stored: readonly SelectRowsToCheckRow[],
  lines: LinesOfFile,
): Promise<JudgedRow[]> => {
  const rows = stored.map((each) => rowToJudge(each, context));
  const found = await run(deps.db, selectTicketsNamed, [
    rows.map(({ name }) => name),
    context.segmentGroups,
  ]);
  const tickets = new Map(found.map((each) => [each.number, each]));
  const results = rows.map((row, index) => {
    const ticket = row.name === '' ? undefined : tickets.get(index + 1);
    const reason = row.cells.reason?.text ?? null;
    const first = ticket && lines.firstRow(ticket.service_line_id, row.row);
    const isFirst = first === undefined || first === row.row;
    const judged =
      row.faults.length > 0
        ? malformed(row.faults)
        : ticket
          ? isFirst
            ? undefined
            : duplicate(first)
          : failed(ticketNotFound(row.name));
    return { row, ticket, reason, judged };
  });
  const named = results.flatMap(({ row, ticket, reason, judged }) =>
    ticket && !judged ? [{ row, reason, cttId: ticket.id }] : [],
  );
  const answers = await judgeNamed(deps, context, named);
  const byRow = new Map(named.map(({ row }, index) => [row.row, answers[index]]));
  return results.map(({ row, ticket, reason, judged }) => {
    const answer = judged ?? byRow.get(row.row);
    if (!answer) throw new Error(`Row ${row.row} was not judged`);
    const final = withFreeing(answer, lines);
    if (final.ok) lines.addUpdate(row.row, final.value);
    return {
      row: row.row,
      ticket: ticket && {
        id: ticket.id,
        ticketNo: ticket.ticket_no,
        lineId: ticket.service_line_id,
      },
      reason,
      judged: final,
    };
  });
};

/** The problem body that a preview answers for a row; null where it answers none. */
export const problemOf = (judged: Judged) => (judged.ok ? null : problemBody(judged.failure));
