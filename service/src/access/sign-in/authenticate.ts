import type { Caller, Failure } from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import type { Pool } from '../../platform/database/database.ts';
import type { ApiTokenCallers } from '../api-tokens/find-caller.ts';
import { isApiToken } from '../api-tokens/token-text.ts';
import { bearerCallers, bearerTokenOf } from './bearer-token.ts';
import { cookiesFor } from './cookies.ts';
import type { Issuer } from './issuer.ts';
import { IssuerUnavailable } from './issuer-unavailable.ts';
import { findSession } from './portal-session.ts';
import { rolesRenewer } from './renew-roles.ts';
import { hasAllowedOrigin } from './same-origin.ts';
import type { SignInConfig } from './sign-in-config.ts';

/** The connections of the update flow, and those of requests that only read. */
type SessionPools = { db: Pool; reads: Pool };

export type Authenticated = { ok: true; caller: Caller } | { ok: false; failure: Failure };

/** Identifies the caller of a request. `isUse` false: the request does not extend the session. */
export type Authenticate = (
  request: FastifyRequest,
  options: { isUse: boolean },
) => Promise<Authenticated>;

const refused = (code: 'unauthenticated' | 'group-overage', detail: string): Authenticated => ({
  ok: false,
  failure: { code, detail },
});

const invalidBearer = refused('unauthenticated', 'The bearer token is invalid or expired');

export const foreignOriginFailure = (publicUrl: string): Failure => ({
  code: 'forbidden',
  detail: `A request with a session cookie may change data only from pages of ${new URL(publicUrl).origin}`,
});

/**
 * A request that changes data must not wait behind reads, so the flow's connections read its
 * session.
 */
const sessionsFor = ({ method }: FastifyRequest, { db, reads }: SessionPools) => ({
  db: method === 'GET' || method === 'HEAD' ? reads : db,
  // The time of a session's last use may be lost: its write must not wait for a standby.
  touches: reads,
});

/** Identifies by bearer token where there is one, else by session cookie. */
export const authenticator = (
  config: SignInConfig,
  pools: SessionPools,
  issuer: Issuer,
  apiTokens: ApiTokenCallers,
): Authenticate => {
  const { session } = cookiesFor(config.publicUrl);
  const callerOf = bearerCallers(issuer, config);
  const renewRoles = rolesRenewer({ config, db: pools.db, issuer });
  const bySession = async (
    token: string,
    request: FastifyRequest,
    options: { isUse: boolean },
  ): Promise<Caller | undefined> => {
    const sessions = sessionsFor(request, pools);
    const found = await findSession(sessions, token, config, options);
    if (!found?.isToRenew) return found?.caller;
    await renewRoles(token, request);
    return (await findSession({ ...sessions, db: pools.db }, token, config, options))?.caller;
  };
  return async (request, options) => {
    const bearer = bearerTokenOf(request.headers.authorization);
    if (bearer !== undefined && isApiToken(bearer)) {
      const caller = await apiTokens.find(bearer, request, sessionsFor(request, pools));
      return caller ? { ok: true, caller } : invalidBearer;
    }
    if (bearer !== undefined) return byBearer(bearer, callerOf);
    const cookie = request.cookies[session];
    const caller = cookie === undefined ? undefined : await bySession(cookie, request, options);
    if (caller === undefined) return refused('unauthenticated', 'Sign in, or send a bearer token');
    if (!hasAllowedOrigin(request, config.publicUrl))
      return { ok: false, failure: foreignOriginFailure(config.publicUrl) };
    return { ok: true, caller };
  };
};

const byBearer = async (
  token: string,
  callerOf: ReturnType<typeof bearerCallers>,
): Promise<Authenticated> => {
  try {
    const found = await callerOf(token);
    if (found.ok) return { ok: true, caller: found.caller };
    return found.reason === 'group-overage' ? refused('group-overage', found.why) : invalidBearer;
  } catch (error) {
    if (!(error instanceof IssuerUnavailable)) throw error;
    return {
      ok: false,
      failure: {
        code: 'unavailable',
        detail: 'The bearer token cannot be checked now; try again later',
      },
    };
  }
};
