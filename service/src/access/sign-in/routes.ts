import { callerSchema, type Failure, signedOutSchema } from '@cpe-desk/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { inTransaction, type Pool } from '../../platform/database/database.ts';
import { type Api, problemAnswers } from '../../platform/http/api.ts';
import { sendProblem } from '../../platform/http/problem.ts';
import { recordAccess, recordRefusal } from '../access-log/record-access.ts';
import { foreignOriginFailure } from './authenticate.ts';
import { callerFromClaims } from './caller.ts';
import { beginCodeFlow, endCodeFlow, type SignInFailure, signOutAtIssuer } from './code-flow.ts';
import { cookiesFor, type SignInCookies } from './cookies.ts';
import type { Issuer } from './issuer.ts';
import { endSession, startSession } from './portal-session.ts';
import { requireActions } from './require-action.ts';
import { returnToOf } from './return-to.ts';
import { hasAllowedOrigin } from './same-origin.ts';
import { sealIdToken, unsealIdToken } from './seal-id-token.ts';
import {
  ATTEMPT_MINUTES,
  type SignInAttempt,
  sealAttempt,
  unsealAttempt,
} from './sign-in-attempt.ts';
import type { SignInConfig } from './sign-in-config.ts';

type SignIn = { config: SignInConfig; db: Pool; issuer: Issuer; cookies: SignInCookies };

const loginQuery = z.object({
  returnTo: z
    .string()
    .optional()
    .describe('Path of this site to come back to; anything else is ignored'),
});
const logoutQuery = z.object({
  everywhere: z.stringbool().default(false).describe("Ends the person's sessions in all browsers"),
});
const callbackQuery = z.object({
  state: z.string(),
  code: z.string().optional(),
  error: z.string().optional(),
});

/**
 * Signs people in (OpenID Connect) and enforces the action in the config of every route of `app`.
 * Call it after `recogniseCallers` and before routes are registered.
 */
export const registerSignIn = (
  app: Api,
  { config, db, issuer }: { config: SignInConfig; db: Pool; issuer: Issuer },
): void => {
  const signIn = { config, db, issuer, cookies: cookiesFor(config.publicUrl) };
  requireActions(app, (request, caller, action) => recordRefusal(db, caller, request, action));
  registerLogin(app, signIn);
  registerCallback(app, signIn);
  registerLogout(app, signIn);
  registerMe(app);
};

const registerLogin = (app: Api, signIn: SignIn): void => {
  app.get(
    '/auth/login',
    {
      config: { action: 'public' },
      schema: {
        summary: 'Sends the browser to the issuer',
        tags: ['sign-in'],
        querystring: loginQuery,
      },
    },
    async (request, reply) => {
      const { config, issuer, cookies } = signIn;
      uncached(reply);
      const begun = await beginCodeFlow(config, issuer, returnToOf(request.query.returnTo));
      if (!begun.ok) return redirectFailure(request, reply, begun);
      const sealed = await sealAttempt(begun.value.attempt, config.sessionSecret);
      reply.setCookie(cookies.attempt, sealed, {
        ...cookies.options,
        maxAge: ATTEMPT_MINUTES * 60,
      });
      return reply.redirect(begun.value.url.href);
    },
  );
};

const registerCallback = (app: Api, signIn: SignIn): void => {
  app.get(
    '/auth/callback',
    {
      config: { action: 'public' },
      schema: {
        summary: 'The issuer redirects the browser here',
        tags: ['sign-in'],
        querystring: callbackQuery,
      },
    },
    async (request, reply) => {
      const { config, issuer, cookies } = signIn;
      uncached(reply);
      const refuse = async (failure: { reason: SignInFailure; cause: unknown }) => {
        await recordAccess(signIn.db, 'sign-in-refused', null, request, { reason: failure.reason });
        return redirectFailure(request, reply, failure);
      };
      const attempt = await attemptOf(request, signIn);
      if (attempt === undefined || attempt.state !== request.query.state)
        return sendProblem(reply, unknownState);
      // An attempt is valid for one callback.
      reply.clearCookie(cookies.attempt, cookies.options);
      const ended = await endCodeFlow(
        config,
        issuer,
        attempt,
        new URL(request.originalUrl, config.publicUrl).search,
      );
      if (!ended.ok) return refuse(ended);
      const { claims, idToken } = ended.value;
      const caller = callerFromClaims(claims, config);
      if (caller === undefined) return refuse({ reason: 'failed', cause: 'no usable subject' });
      const before = request.cookies[cookies.session];
      const sealedIdToken = await sealIdToken(idToken, config.sessionSecret);
      const token = await inTransaction(signIn.db, async (tx) => {
        await recordAccess(tx, 'signed-in', caller, request, { roles: caller.roles });
        return startSession(tx, caller, { before, sealedIdToken }, config);
      });
      reply.setCookie(cookies.session, token, {
        ...cookies.options,
        maxAge: config.sessionHours * 3600,
      });
      return reply.redirect(new URL(attempt.returnTo, config.publicUrl).href);
    },
  );
};

const registerLogout = (app: Api, { config, db, issuer, cookies }: SignIn): void => {
  app.post(
    '/auth/logout',
    {
      // Public, so that it also works after the session has ended.
      config: { action: 'public' },
      schema: {
        summary: 'Ends the session, or all sessions of its person',
        tags: ['sign-in'],
        querystring: logoutQuery,
        response: {
          200: signedOutSchema.describe('The browser goes there, to sign out at the issuer, too'),
          204: z.null(),
          ...problemAnswers('forbidden'),
        },
      },
    },
    async (request, reply) => {
      const token = request.cookies[cookies.session];
      if (token !== undefined && !hasAllowedOrigin(request, config.publicUrl))
        return sendProblem(reply, foreignOriginFailure(config.publicUrl));
      uncached(reply).clearCookie(cookies.session, cookies.options);
      if (token === undefined) return reply.code(204).send(null);
      const { everywhere } = request.query;
      const ended = await inTransaction(db, async (tx) => {
        const who = await endSession(tx, token, { everywhere });
        if (who)
          await recordAccess(tx, everywhere ? 'signed-out-everywhere' : 'signed-out', who, request);
        return who;
      });
      const sealed = ended?.sealedIdToken;
      const idToken = sealed ? await unsealIdToken(sealed, config.sessionSecret) : undefined;
      const next = idToken && (await signOutAtIssuer(config, issuer, idToken));
      return next ? { endSessionUrl: next.href } : reply.code(204).send(null);
    },
  );
};

const registerMe = (app: Api): void => {
  app.get(
    '/auth/me',
    {
      config: { action: 'signed-in' },
      schema: {
        summary: 'Who is signed in and what they may do',
        tags: ['sign-in'],
        response: { 200: callerSchema, ...problemAnswers() },
      },
    },
    async (request, reply) => {
      uncached(reply);
      return request.caller;
    },
  );
};

const uncached = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'no-store');

const attemptOf = async (
  request: FastifyRequest,
  { config, cookies }: SignIn,
): Promise<SignInAttempt | undefined> => {
  const sealed = request.cookies[cookies.attempt];
  return sealed === undefined ? undefined : unsealAttempt(sealed, config.sessionSecret);
};

const unknownState: Failure = {
  code: 'malformed-request',
  detail: 'This browser began no such sign-in within the last minutes; sign in again',
  errors: [
    {
      pointer: '/state',
      code: 'unknown-state',
      detail: 'No sign-in of this browser has this state',
    },
  ],
};

/**
 * Redirects to the portal, which explains the failure: this is a person's browser, not a program.
 */
const redirectFailure = (
  request: FastifyRequest,
  reply: FastifyReply,
  { reason, cause }: { reason: SignInFailure; cause: unknown },
): FastifyReply => {
  request.log.warn({ err: cause, reason }, 'sign-in failed');
  return reply.redirect(`/?sign-in-failed=${reason}`);
};
