import {
  type Failure,
  MOST_VIEWS,
  type SavedView,
  savedViewListSchema,
  savedViewRequestSchema,
  savedViewSchema,
  viewQuerySchema,
} from '@cpe-desk/contract';
import { z } from 'zod';
import { maybeOne, type Pool, run } from '../../platform/database/database.ts';
import { type Api, problemAnswers } from '../../platform/http/api.ts';
import { sendProblem } from '../../platform/http/problem.ts';
import { type Readers, reading } from '../../platform/http/reading.ts';
import { deleteView, type SelectViewsRow, saveView, selectViews } from './views.sql.ts';

const viewOf = (row: SelectViewsRow): SavedView => ({
  id: row.id,
  name: row.name,
  query: viewQuerySchema.parse(row.query),
  savedAt: row.saved_at.toISOString(),
});

const tooMany: Failure = {
  code: 'malformed-request',
  detail: `You have ${MOST_VIEWS} views. Delete one first`,
  errors: [{ pointer: '/name', code: 'too-many-views', detail: `Keep at most ${MOST_VIEWS}` }],
};

/** `/ticket/ctt/views`: a person's own filters of the ticket list, under names. */
export const registerSavedViews = (app: Api, deps: Pick<Readers, 'reads'> & { db: Pool }): void => {
  const config = { action: 'signed-in' } as const;
  const tags = ['tickets'];
  app.get(
    '/ticket/ctt/views',
    {
      config,
      schema: {
        summary: 'Your saved views of the ticket list, by name',
        tags,
        response: { 200: savedViewListSchema, ...problemAnswers() },
      },
    },
    async ({ caller }, reply) => ({
      items: (await run(reading(deps, reply).db, selectViews, [caller.id])).map(viewOf),
    }),
  );
  app.put(
    '/ticket/ctt/views',
    {
      config,
      schema: {
        summary: 'Saves filters under a name, in place of those that had it',
        tags,
        body: savedViewRequestSchema,
        response: { 200: savedViewSchema, ...problemAnswers('malformed-request') },
      },
    },
    async ({ caller, body }, reply) => {
      const query = JSON.stringify(body.query);
      const row = await maybeOne(deps.db, saveView, [caller.id, body.name, query, MOST_VIEWS]);
      return row ? viewOf(row) : sendProblem(reply, tooMany);
    },
  );
  app.delete(
    '/ticket/ctt/views/:viewId',
    {
      config,
      schema: {
        summary: 'Deletes one of your views, unless it is gone already',
        tags,
        params: z.object({ viewId: z.string().describe('Id of the view') }),
        response: { 204: z.null(), ...problemAnswers() },
      },
    },
    async ({ caller, params }, reply) => {
      const id = z.uuid().safeParse(params.viewId).data;
      if (id !== undefined) await run(deps.db, deleteView, [caller.id, id]);
      return reply.code(204).send(null);
    },
  );
};
