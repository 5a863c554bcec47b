import { BACKGROUND } from '@cpe-desk/contract';
import cookie from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';
import type { Pool } from '../../platform/database/database.ts';
import type { Api } from '../../platform/http/api.ts';
import type { Readers } from '../../platform/http/reading.ts';
import { addToLine } from '../../platform/http/request-lines.ts';
import { apiTokenCallers } from '../api-tokens/find-caller.ts';
import { isApiToken } from '../api-tokens/token-text.ts';
import { type Authenticated, authenticator } from './authenticate.ts';
import { bearerTokenOf } from './bearer-token.ts';
import { cookiesFor } from './cookies.ts';
import type { Issuer } from './issuer.ts';
import { isSealedToken } from './portal-session.ts';
import { recordWrites } from './record-writes.ts';
import { isSameScope, mayDo } from './require-action.ts';
import type { SignInConfig } from './sign-in-config.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Identifies the caller of the request, once. Rejects where that fails for now. */
    identify(): Promise<Authenticated>;
    /** Whether only the database can verify the request's session cookie or API token. */
    needsDatabase(): boolean;
    /**
     * Whether the caller may still make this request with the same scope. For answers without an
     * end.
     */
    isStillAllowed(): Promise<boolean>;
  }
}

/** Only a person's action extends a session: no automatic request of a page, and no file. */
const isUse = ({ is404, headers, routeOptions: { config } }: FastifyRequest): boolean =>
  !is404 && config.action !== 'public' && !config.isPassive && headers[BACKGROUND] === undefined;

type RecognisingDeps = Pick<Readers, 'reads' | 'standby'> & {
  config: SignInConfig;
  db: Pool;
  issuer: Issuer;
};

/** Adds to every request a way to identify its caller: by bearer token, else by session cookie. */
export const recogniseCallers = async (
  app: Api,
  { config, db, reads, standby, issuer }: RecognisingDeps,
): Promise<void> => {
  await app.register(cookie);
  if (standby) recordWrites(app, standby);
  const { session } = cookiesFor(config.publicUrl);
  const apiTokens = apiTokenCallers();
  const authenticate = authenticator(config, { db, reads }, issuer, apiTokens);
  const identified = new WeakMap<FastifyRequest, Promise<Authenticated>>();
  const identify = async (request: FastifyRequest): Promise<Authenticated> => {
    const found = await authenticate(request, { isUse: isUse(request) });
    if (found.ok) addToLine(request, { callerId: found.caller.id });
    return found;
  };
  app.decorateRequest('identify', function (this: FastifyRequest) {
    const known = identified.get(this) ?? identify(this);
    identified.set(this, known);
    return known;
  });
  app.decorateRequest('needsDatabase', function (this: FastifyRequest) {
    const bearer = bearerTokenOf(this.headers.authorization);
    if (bearer !== undefined) return isApiToken(bearer) && apiTokens.isUnverified(bearer, this);
    const token = this.cookies[session];
    return token !== undefined && !isSealedToken(token, config.sessionSecret);
  });
  app.decorateRequest('isStillAllowed', async function (this: FastifyRequest) {
    const now = await authenticate(this, { isUse: false });
    const { action } = this.routeOptions.config;
    return now.ok && isSameScope(now.caller, this.caller) && mayDo(now.caller, action);
  });
};
