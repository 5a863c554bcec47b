import type { Caller } from '@cpe-desk/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from '../../platform/http/api.ts';
import { sendProblem } from '../../platform/http/problem.ts';
import type { RequiredAction } from '../../platform/http/state-action.ts';
import { bearerTokenOf } from './bearer-token.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller of the request. Reading it on a public route is a bug and throws. */
    readonly caller: Caller;
  }
}

const callers = new WeakMap<FastifyRequest, Caller>();

/**
 * Enforces the action in each route's config. The server does not start while a route states none.
 */
export const requireActions = (
  app: Api,
  recordRefusal: (request: FastifyRequest, caller: Caller, action: string) => Promise<unknown>,
): void => {
  app.decorateRequest('caller', {
    getter() {
      const caller = callers.get(this);
      if (caller === undefined)
        throw new Error(`${this.method} ${this.url} is a public route without a caller`);
      return caller;
    },
  });
  refuseUnstated(app);
  app.addHook('onRequest', async (request, reply) => {
    // An address without a route answers 404 to everyone.
    if (request.is404) return undefined;
    return admit(request, reply, recordRefusal);
  });
};

/** Checks when the server is ready: hooks of an inner scope run after those of the outer one. */
const refuseUnstated = (app: Api): void => {
  const routes: { method: string | string[]; url: string; config?: { action?: RequiredAction } }[] =
    [];
  app.addHook('onRoute', (route) => {
    routes.push(route);
  });
  app.addHook('onReady', async () => {
    const unstated = routes.filter(({ config }) => config?.action === undefined);
    if (unstated.length === 0) return;
    const names = unstated.map(({ method, url }) => `${method} ${url}`).join(', ');
    throw new Error(`These routes do not state in config.action who may use them: ${names}`);
  });
};

const scopeOf = ({ id, segmentGroups }: Caller): string =>
  [id, ...[...segmentGroups].sort()].join();

/** Whether two callers are the same person with the same segment groups. */
export const isSameScope = (now: Caller, before: Caller): boolean =>
  scopeOf(now) === scopeOf(before);

/** Whether a caller's roles allow what a route requires. */
export const mayDo = ({ actions }: Caller, action: RequiredAction | undefined): boolean =>
  action === 'signed-in' ||
  (action !== undefined && action !== 'public' && actions.includes(action));

/** Lets a request through, or answers why it is refused. */
const admit = async (
  request: FastifyRequest,
  reply: FastifyReply,
  recordRefusal: (request: FastifyRequest, caller: Caller, action: string) => Promise<unknown>,
): Promise<FastifyReply | undefined> => {
  const { action } = request.routeOptions.config;
  if (action === 'public') return undefined;
  // Data belong to their caller: neither the browser's cache nor a proxy's may keep them.
  reply.header('cache-control', 'no-store');
  const authenticated = await request.identify();
  if (!authenticated.ok) {
    const { failure } = authenticated;
    if (failure.code === 'unauthenticated') reply.header('www-authenticate', challengeFor(request));
    return sendProblem(reply, failure);
  }
  const { caller } = authenticated;
  if (!mayDo(caller, action)) {
    await recordRefusal(request, caller, String(action));
    return sendProblem(reply, { code: 'forbidden', detail: `Your roles do not allow ${action}` });
  }
  callers.set(request, caller);
  return undefined;
};

/** RFC 6750 3.1: only a request with a token gets the error's name. */
const challengeFor = ({ headers }: FastifyRequest): string =>
  bearerTokenOf(headers.authorization) === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
