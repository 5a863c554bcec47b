import type { Action } from '@cpe-desk/contract';
import type { FastifyInstance } from 'fastify';

/** What a route asks of its caller: an action that the roles allow, to be signed in at all, or nothing. */
export type RequiredAction = Action | 'signed-in' | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    action?: RequiredAction;
    /** A page polls it, nobody asked: it does not keep an idle session alive. */
    isPassive?: boolean;
  }
}

/** States the action of all routes registered on `scope` later: for plugins with routes of their own. */
export const stateAction = (scope: Pick<FastifyInstance, 'addHook'>, action: RequiredAction): void => {
  scope.addHook('onRoute', (route) => {
    route.config = { action, ...route.config };
  });
};
