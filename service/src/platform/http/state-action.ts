import type { Action } from '@cpe-desk/contract';
import type { FastifyInstance } from 'fastify';

/**
 * What a route requires: an action that the caller's roles allow, a signed-in caller, or nothing.
 */
export type RequiredAction = Action | 'signed-in' | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    action?: RequiredAction;
    /** A page polls it without a person's action, so it does not extend a session. */
    isPassive?: boolean;
  }
}

/**
 * Sets the action of all routes that are registered on `scope` later, for plugins with routes of
 * their own.
 */
export const stateAction = (
  scope: Pick<FastifyInstance, 'addHook'>,
  action: RequiredAction,
): void => {
  scope.addHook('onRoute', (route) => {
    route.config = { action, ...route.config };
  });
};
