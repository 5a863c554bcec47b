import type { Caller, Failure } from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import type { Pool } from '../../platform/database/database.ts';
import { bearerCallers, bearerTokenOf } from './bearer-token.ts';
import { cookiesFor } from './cookies.ts';
import type { Issuer } from './issuer.ts';
import { IssuerUnavailable } from './issuer-unavailable.ts';
import { findSession } from './portal-session.ts';
import { isFromOurPage } from './same-origin.ts';
import type { SignInConfig } from './sign-in-config.ts';

/** The connections of the flow, and those of what only reads. */
type SessionPools = { db: Pool; reads: Pool };

export type Authenticated = { ok: true; caller: Caller } | { ok: false; failure: Failure };

/** Finds out who makes a request. `isUse` false: without counting as a use of the session. */
export type Authenticate = (request: FastifyRequest, options: { isUse: boolean }) => Promise<Authenticated>;

const refused = (code: 'unauthenticated' | 'forbidden', detail: string): Authenticated => ({
  ok: false,
  failure: { code, detail },
});

export const notFromOurPage = (publicUrl: string): Failure => ({
  code: 'forbidden',
  detail: `With a session cookie, changes are made from pages of ${new URL(publicUrl).origin} only`,
});

/** What changes something must not wait behind what only reads, so its session is read as the flow reads. */
const sessionsFor = ({ method }: FastifyRequest, { db, reads }: SessionPools) => ({
  db: method === 'GET' || method === 'HEAD' ? reads : db,
  // When a session was last used may be lost: writing it must not wait for a standby.
  touches: reads,
});

/** By bearer token where there is one, else by session cookie. */
export const authenticator = (config: SignInConfig, pools: SessionPools, issuer: Issuer): Authenticate => {
  const { session } = cookiesFor(config.publicUrl);
  const callerOf = bearerCallers(issuer, config);
  return async (request, options) => {
    const bearer = bearerTokenOf(request.headers.authorization);
    if (bearer !== undefined) return byBearer(bearer, callerOf);
    const cookie = request.cookies[session];
    const caller =
      cookie === undefined
        ? undefined
        : await findSession(sessionsFor(request, pools), cookie, config, options);
    if (caller === undefined) return refused('unauthenticated', 'Sign in, or send a bearer token');
    if (!isFromOurPage(request, config.publicUrl))
      return { ok: false, failure: notFromOurPage(config.publicUrl) };
    return { ok: true, caller };
  };
};

const byBearer = async (
  token: string,
  callerOf: ReturnType<typeof bearerCallers>,
): Promise<Authenticated> => {
  try {
    const caller = await callerOf(token);
    return caller
      ? { ok: true, caller }
      : refused('unauthenticated', 'The bearer token is not valid here, or no longer');
  } catch (error) {
    if (!(error instanceof IssuerUnavailable)) throw error;
    return {
      ok: false,
      failure: { code: 'unavailable', detail: 'The bearer token can not be checked right now' },
    };
  }
};
