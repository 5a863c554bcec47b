import {
  bulkListQuerySchema,
  bulkListSchema,
  bulkResultsQuerySchema,
  bulkRowDetailSchema,
  bulkRowsQuerySchema,
  bulkRowsSchema,
  bulkSchema,
  type Failure,
  ticketExportQuerySchema,
} from '@cpe-desk/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordAccess } from '../../access/access-log/record-access.ts';
import type { Nig } from '../../nig/nig.ts';
import { maybeOne, type Queryable, run } from '../../platform/database/database.ts';
import { type Api, problemAnswers } from '../../platform/http/api.ts';
import { notACursor, readCursor, writeCursor } from '../../platform/http/cursor.ts';
import { limitConcurrency } from '../../platform/http/limit-concurrency.ts';
import { sendProblem } from '../../platform/http/problem.ts';
import { reading, searching } from '../../platform/http/reading.ts';
import { addToLine } from '../../platform/http/request-lines.ts';
import { tableFormNames, tableForms } from '../../platform/tables/table-forms.ts';
import { type SelectBulkRow, selectBulks } from '../bulk.sql.ts';
import type { BulkDeps } from '../deps.ts';
import { bulkOf, isBulkId, loadBulk } from '../load-bulk.ts';
import { bulkNotFound, bulkParams } from '../with-bulk.ts';
import { loadRows, rowReader } from './load-rows.ts';
import { previewOfRow } from './preview-of-row.ts';
import { resultRows } from './results.ts';
import { selectRow } from './show.sql.ts';
import { templateRows } from './template.ts';

export type ShowDeps = BulkDeps & { nig: Pick<Nig, 'preview'> };

const TAGS = ['bulk corrections'];
const LIST = 'bulks';
const ROWS = 'bulk-rows';

/** The place at which the page before ended; undefined for a cursor of another list. */
const placeIn = (cursor: string | undefined, order: string): string | null | undefined =>
  cursor === undefined ? null : readCursor(cursor, order)?.[0];

/** Answers with the result of `use` for a bulk, or that the caller's segment groups have none. */
const withBulk = async <Answer>(
  db: Queryable,
  request: FastifyRequest,
  reply: FastifyReply,
  use: (bulk: SelectBulkRow) => Promise<Answer> | Answer,
): Promise<Answer | FastifyReply> => {
  const { bulkId } = bulkParams.parse(request.params);
  const bulk = await loadBulk(db, bulkId, request.caller.segmentGroups);
  if (!bulk) return sendProblem(reply, bulkNotFound(bulkId));
  addToLine(request, { bulkId });
  return use(bulk);
};

const registerList = (app: Api, deps: ShowDeps): void => {
  app.get(
    '/ticket/ctt/cpe/bulk',
    {
      config: { action: 'cpe-bulk:read' },
      schema: {
        summary: 'Bulks of the caller’s segment groups, newest first',
        tags: TAGS,
        querystring: bulkListQuerySchema,
        response: { 200: bulkListSchema, ...problemAnswers('malformed-request') },
      },
    },
    async (request, reply) => {
      const { state, cursor, limit } = request.query;
      const before = placeIn(cursor, LIST);
      if (before === undefined || (before !== null && !isBulkId(before)))
        return sendProblem(reply, notACursor);
      const { db } = reading(deps, reply);
      const groups = request.caller.segmentGroups;
      const rows = await run(db, selectBulks, [groups, state ?? null, before, limit + 1]);
      const items = rows.slice(0, limit).map(bulkOf);
      const last = items.at(-1);
      const hasMore = rows.length > limit && last;
      return { items, nextCursor: hasMore ? writeCursor(LIST, [last.bulkId, '']) : null };
    },
  );
  app.get(
    '/ticket/ctt/cpe/bulk/:bulkId',
    {
      config: { action: 'cpe-bulk:read' },
      schema: {
        summary: 'One bulk',
        tags: TAGS,
        params: bulkParams,
        response: { 200: bulkSchema, ...problemAnswers('not-found') },
      },
    },
    async (request, reply) => withBulk(reading(deps, reply).db, request, reply, bulkOf),
  );
};

const noRow = (row: number): Failure => ({
  code: 'not-found',
  detail: `The bulk has no row ${row}; rows may have been deleted since (BULK_KEEP_DAYS)`,
});

/** What PostgreSQL's integer holds. */
const MOST_ROWS = 2_147_483_647;

const rowParams = bulkParams.extend({ row: z.coerce.number().int().min(1).max(MOST_ROWS) });

const registerRows = (app: Api, deps: ShowDeps): void => {
  app.get(
    '/ticket/ctt/cpe/bulk/:bulkId/rows',
    {
      config: { action: 'cpe-bulk:read' },
      schema: {
        summary: 'Rows of a bulk, in file order',
        tags: TAGS,
        params: bulkParams,
        querystring: bulkRowsQuerySchema,
        response: { 200: bulkRowsSchema, ...problemAnswers('malformed-request', 'not-found') },
      },
    },
    async (request, reply) => {
      const { db } = reading(deps, reply);
      return withBulk(db, request, reply, async (bulk) => {
        const { limit, cursor, ...filter } = request.query;
        const after = Number(placeIn(cursor, ROWS) ?? (cursor === undefined ? 0 : Number.NaN));
        if (!Number.isInteger(after) || after > MOST_ROWS) return sendProblem(reply, notACursor);
        const rows = await loadRows(db, bulk.id, filter, after, limit + 1);
        const items = rows.slice(0, limit).map(rowReader(bulk));
        const last = items.at(-1);
        const hasMore = rows.length > limit && last;
        return { items, nextCursor: hasMore ? writeCursor(ROWS, [String(last.row), '']) : null };
      });
    },
  );
  app.get(
    '/ticket/ctt/cpe/bulk/:bulkId/rows/:row',
    {
      config: { action: 'cpe-bulk:read' },
      schema: {
        summary: 'One row of a bulk, with its preview',
        tags: TAGS,
        params: rowParams,
        response: {
          200: bulkRowDetailSchema,
          ...problemAnswers('malformed-request', 'not-found'),
        },
      },
    },
    async (request, reply) => {
      const { db } = reading(deps, reply);
      return withBulk(db, request, reply, async (bulk) => {
        const { row: number } = request.params;
        const found = await maybeOne(db, selectRow, [bulk.id, number]);
        if (!found) return sendProblem(reply, noRow(number));
        const row = rowReader(bulk)(found);
        const { startedBy, createdBy } = bulkOf(bulk);
        const preview = await previewOfRow(deps.nig, row, startedBy ?? createdBy);
        return { ...row, cells: found.cells, preview };
      });
    },
  );
};

/** Of one caller at a time: each reads all rows of a bulk, or all tickets of a filter. */
const MOST_DOWNLOADS = 2;

const sendTable = (
  reply: FastifyReply,
  form: (typeof tableFormNames)[number],
  name: string,
  rows: AsyncIterable<string[]>,
): FastifyReply =>
  reply
    .header('content-type', tableForms[form].header)
    .header('content-disposition', `attachment; filename="${name}.${form}"`)
    .serializer((payload: unknown) => String(payload))
    .send(tableForms[form].write(rows));

const tableAnswer = (description: string, form: (typeof tableFormNames)[number]) => ({
  description,
  content: { [tableForms[form].type]: { schema: z.unknown() } },
});

const registerDownloads = (app: Api, deps: ShowDeps): void => {
  const preHandler = limitConcurrency(MOST_DOWNLOADS, 'downloads of bulks');
  for (const form of tableFormNames) {
    const { words } = tableForms[form];
    app.get(
      `/ticket/ctt/cpe/bulk/template.${form}`,
      {
        config: { action: 'cpe-bulk:read' },
        preHandler,
        schema: {
          summary: `The columns of a bulk as ${words}; with a filter, its tickets`,
          tags: TAGS,
          querystring: ticketExportQuerySchema,
          response: {
            200: tableAnswer('The headings, then one row a ticket', form),
            ...problemAnswers('malformed-request'),
          },
        },
      },
      async (request, reply) => {
        const { caller, query } = request;
        const { sort: _, ...filter } = query;
        const isFiltered = Object.keys(filter).length > 0;
        if (isFiltered) await recordAccess(deps.db, 'tickets-exported', caller, request, query);
        const scope = {
          scope: caller.segmentGroups,
          actions: caller.actions,
          editableGroups: deps.policy.editableSegmentGroups,
        };
        const { db } = searching(deps, reply);
        const rows = templateRows(db, isFiltered ? query : undefined, scope);
        return sendTable(reply, form, 'bulk-template', rows);
      },
    );
    app.get(
      `/ticket/ctt/cpe/bulk/:bulkId/results.${form}`,
      {
        config: { action: 'cpe-bulk:read' },
        preHandler,
        schema: {
          summary: `The file of a bulk with the result of each row, as ${words}`,
          tags: TAGS,
          params: bulkParams,
          querystring: bulkResultsQuerySchema,
          response: {
            200: tableAnswer('The headings, then one row for each row of the file', form),
            ...problemAnswers('malformed-request', 'not-found'),
          },
        },
      },
      async (request, reply) => {
        const { db } = searching(deps, reply);
        return withBulk(db, request, reply, async (bulk) => {
          const { state } = request.query;
          const detail = { bulkId: bulk.id, ...(state && { state }) };
          await recordAccess(deps.db, 'bulk-exported', request.caller, request, detail);
          const rows = resultRows(db, bulk, state);
          return sendTable(reply, form, `bulk-${bulk.id}`, rows);
        });
      },
    );
  }
};

/** What people see of bulks: the list, one, its rows, its results, and the template. */
export const registerBulks = (app: Api, deps: ShowDeps): void => {
  registerList(app, deps);
  registerRows(app, deps);
  registerDownloads(app, deps);
};
