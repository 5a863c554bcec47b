import {
  type ApiToken,
  type ApiTokenRequest,
  apiTokenListSchema,
  apiTokenRequestSchema,
  type Caller,
  type CreatedApiToken,
  createdApiTokenSchema,
  type Failure,
  MOST_TOKEN_DAYS,
} from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { inTransaction, maybeOne, one, type Pool, run } from '../../platform/database/database.ts';
import { type Api, problemAnswers } from '../../platform/http/api.ts';
import { sendProblem } from '../../platform/http/problem.ts';
import { type Readers, reading } from '../../platform/http/reading.ts';
import { recordAccess } from '../access-log/record-access.ts';
import { callerOf } from '../identity/caller.ts';
import {
  insertApiToken,
  revokeApiToken,
  type SelectApiTokensRow,
  selectApiTokenExists,
  selectApiTokens,
} from './api-tokens.sql.ts';
import { apiTokenHash, newApiToken, shownPrefix } from './token-text.ts';

const DAY_MS = 86_400_000;

type Deps = Pick<Readers, 'reads'> & { db: Pool };

const tokenOf = (row: SelectApiTokensRow): ApiToken => {
  const held = { roles: row.roles, segmentGroups: row.segment_groups };
  const { name, roles, segmentGroups } = callerOf(row.id, row.name, held);
  return {
    ...{ id: row.id, name, prefix: row.prefix, roles, segmentGroups },
    createdAt: row.created_at.toISOString(),
    createdBy: { id: row.created_by_id, name: row.created_by_name },
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
};

const badTime = (detail: string): Failure => ({
  code: 'malformed-request',
  detail,
  errors: [{ pointer: '/expiresAt', code: 'not-a-valid-time', detail }],
});

/** Why a token must not be created; undefined where it may. */
const refusalOf = (
  { roles, segmentGroups, expiresAt }: ApiTokenRequest,
  creator: Caller,
  nowMs: number,
): Failure | undefined => {
  const validMs = Date.parse(expiresAt) - nowMs;
  if (validMs <= 0) return badTime('Give a time in the future');
  if (validMs > MOST_TOKEN_DAYS * DAY_MS)
    return badTime(`Give a time in at most ${MOST_TOKEN_DAYS} days`);
  if (roles.includes('admin'))
    return { code: 'forbidden', detail: 'A token cannot have the role admin' };
  const foreign = segmentGroups.filter((group) => !creator.segmentGroups.includes(group));
  if (foreign.length > 0)
    return { code: 'forbidden', detail: `You do not have the segment group ${foreign.join(', ')}` };
  return undefined;
};

/** Creates a token and records it in the access log, in one transaction. */
const createToken = (
  db: Pool,
  request: FastifyRequest,
  { name, roles, segmentGroups, expiresAt }: ApiTokenRequest,
): Promise<CreatedApiToken | undefined> => {
  const token = newApiToken();
  const { caller } = request;
  return inTransaction(db, async (tx) => {
    const row = await maybeOne(tx, insertApiToken, [
      ...([name, apiTokenHash(token), shownPrefix(token), roles, segmentGroups] as const),
      ...([caller.id, caller.name, new Date(expiresAt)] as const),
    ]);
    if (row === undefined) return undefined;
    const created = tokenOf(row);
    await recordAccess(tx, 'token-created', caller, request, {
      ...{ token: created.id, tokenName: created.name, roles, segmentGroups },
      expiresAt: created.expiresAt,
    });
    return { ...created, token };
  });
};

/** Revokes a token; false where there is none. A second time changes nothing. */
const revokeToken = (db: Pool, request: FastifyRequest, id: string): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const revoked = await maybeOne(tx, revokeApiToken, [id]);
    if (revoked === undefined) return (await one(tx, selectApiTokenExists, [id])).does_exist;
    const { name: tokenName, addresses } = revoked;
    await recordAccess(tx, 'token-revoked', request.caller, request, {
      ...{ token: id, tokenName, addresses },
    });
    return true;
  });

/** `/access/tokens`: API tokens for programs that have no issuer, for admins. */
export const registerApiTokens = (app: Api, deps: Deps): void => {
  const config = { action: 'token:manage' } as const;
  const tags = ['access'];
  app.post(
    '/access/tokens',
    {
      config,
      schema: {
        summary: 'Creates an API token for a program that has no issuer; the answer alone shows it',
        tags,
        body: apiTokenRequestSchema,
        response: {
          201: createdApiTokenSchema,
          ...problemAnswers('malformed-request', 'name-in-use'),
        },
      },
    },
    async (request, reply) => {
      const refusal = refusalOf(request.body, request.caller, Date.now());
      if (refusal) return sendProblem(reply, refusal);
      const created = await createToken(deps.db, request, request.body);
      if (created) return reply.code(201).send(created);
      const detail = 'A token that is not revoked has this name; revoke it or give another name';
      return sendProblem(reply, { code: 'name-in-use', detail });
    },
  );
  app.get(
    '/access/tokens',
    {
      config,
      schema: {
        summary: 'The API tokens, newest first; those that ended, for 30 days more',
        tags,
        response: { 200: apiTokenListSchema, ...problemAnswers() },
      },
    },
    async (_, reply) => ({
      items: (await run(reading(deps, reply).db, selectApiTokens, [])).map(tokenOf),
    }),
  );
  app.delete(
    '/access/tokens/:tokenId',
    {
      config,
      schema: {
        summary: 'Revokes an API token, on all instances within 5 s',
        tags,
        params: z.object({ tokenId: z.string().describe('Id of the API token') }),
        response: { 204: z.null(), ...problemAnswers('not-found') },
      },
    },
    async (request, reply) => {
      const id = z.uuid().safeParse(request.params.tokenId).data;
      if (id !== undefined && (await revokeToken(deps.db, request, id)))
        return reply.code(204).send(null);
      return sendProblem(reply, { code: 'not-found', detail: 'There is no such API token' });
    },
  );
};
