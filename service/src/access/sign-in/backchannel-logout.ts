import type { Failure } from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { inTransaction, type Pool, run } from '../../platform/database/database.ts';
import { type Api, problemAnswers } from '../../platform/http/api.ts';
import { sendProblem } from '../../platform/http/problem.ts';
import { recordAccess } from '../access-log/record-access.ts';
import { isLogoutToken } from './access-token.ts';
import { ALGORITHMS } from './bearer-token.ts';
import type { Issuer } from './issuer.ts';
import { IssuerUnavailable } from './issuer-unavailable.ts';
import { deletePortalSessionsOfIssuer } from './sign-in.sql.ts';
import type { SignInConfig } from './sign-in-config.ts';

/** An issuer sends a logout token at once; an older one may be a copy. */
const OLDEST = '2 minutes';

const TYPES: ReadonlySet<string | undefined> = new Set([
  ...['logout+jwt', 'application/logout+jwt', 'JWT'],
  undefined,
]);

type Deps = { config: SignInConfig; db: Pool; issuer: Issuer };

/** What a logout token ends: one session of the issuer, or all of a person until a time. */
type Ended = { sid: string | null; sub: string | null; until: Date };

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && !value.includes('\0') ? value : null;

/**
 * Reads a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6); undefined for any other.
 * Throws `IssuerUnavailable`.
 */
const readLogoutToken = async (
  token: string,
  { config, issuer }: Deps,
): Promise<Ended | undefined> => {
  const { identifier, keys } = await issuer();
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: identifier,
      audience: config.clientId,
      algorithms: ALGORITHMS,
      clockTolerance: config.clockSkewS,
      maxTokenAge: OLDEST,
      requiredClaims: ['jti'],
    });
    const [sid, sub] = [textOf(payload.sid), textOf(payload.sub)];
    if (!isLogoutToken(payload) || 'nonce' in payload || !TYPES.has(protectedHeader.typ))
      return undefined;
    if (sid === null && sub === null) return undefined;
    // A session that began after the token is another one. `iat` has whole seconds.
    const untilS = (payload.iat ?? 0) + 1 + config.clockSkewS;
    return { sid, sub, until: new Date(untilS * 1000) };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
};

/** Ends the sessions that a logout token names, and records each. */
const endSessions = (
  { sid, sub, until }: Ended,
  { db }: Deps,
  request: FastifyRequest,
): Promise<void> =>
  inTransaction(db, async (tx) => {
    const ended = await run(tx, deletePortalSessionsOfIssuer, [sub, sid, until]);
    for (const { subject: id, name } of ended)
      await recordAccess(tx, 'session-ended', { id, name }, request, { reason: 'ended-by-issuer' });
  });

const answer = async (
  token: string,
  deps: Deps,
  request: FastifyRequest,
): Promise<Failure | undefined> => {
  try {
    const ended = await readLogoutToken(token, deps);
    if (ended === undefined) return notALogoutToken;
    await endSessions(ended, deps, request);
    return undefined;
  } catch (error) {
    if (!(error instanceof IssuerUnavailable)) throw error;
    return {
      code: 'unavailable',
      detail: 'The logout token cannot be checked now; try again later',
    };
  }
};

const registerRoute = (scope: Api, deps: Deps): void => {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  scope.post(
    '/auth/backchannel-logout',
    {
      // Its token is the proof.
      config: { action: 'public' },
      schema: {
        summary: 'The issuer ends sessions here (OpenID Connect Back-Channel Logout 1.0)',
        tags: ['sign-in'],
        consumes: ['application/x-www-form-urlencoded'],
        body: z.object({ logout_token: z.string().max(20_000) }),
        response: { 200: z.null(), ...problemAnswers('malformed-request') },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const failure = await answer(request.body.logout_token, deps, request);
      return failure ? sendProblem(reply, failure) : reply.code(200).send(null);
    },
  );
};

/** `POST /auth/backchannel-logout`: the issuer ends a person's sessions on all instances. */
export const registerBackchannelLogout = (app: Api, deps: Deps): void => {
  // In a scope of its own: no other route reads forms.
  app.register((scope: Api, _, done) => {
    registerRoute(scope, deps);
    done();
  });
};

const DETAIL = 'This is no logout token of the issuer for this client';
const notALogoutToken: Failure = {
  code: 'malformed-request',
  detail: DETAIL,
  errors: [{ pointer: '/logout_token', code: 'not-a-logout-token', detail: DETAIL }],
};
