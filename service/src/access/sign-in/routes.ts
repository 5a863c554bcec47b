import {
  type Caller,
  callerSchema,
  type Failure,
  signedOutSchema,
  withoutHidden,
} from '@cpe-desk/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { inTransaction, type Pool } from '../../platform/database/database.ts';
import { type Api, problemAnswers } from '../../platform/http/api.ts';
import { sendProblem } from '../../platform/http/problem.ts';
import { recordAccess, recordRefusal } from '../access-log/record-access.ts';
import { GROUP_OVERAGE, identityOf } from '../identity/caller.ts';
import type { Claims } from '../identity/claims.ts';
import { foreignOriginFailure } from './authenticate.ts';
import {
  beginCodeFlow,
  endCodeFlow,
  type IssuerFailure,
  issuerMessage,
  type SignedIn,
  signOutAtIssuer,
} from './code-flow.ts';
import { cookiesFor, type SignInCookies } from './cookies.ts';
import type { Issuer } from './issuer.ts';
import { endSession, type FromIssuer, startSession } from './portal-session.ts';
import { requireActions } from './require-action.ts';
import { returnToOf } from './return-to.ts';
import { hasAllowedOrigin } from './same-origin.ts';
import { sealToken, unsealToken } from './seal-token.ts';
import {
  ATTEMPT_MINUTES,
  type SignInAttempt,
  sealAttempt,
  unsealAttempt,
} from './sign-in-attempt.ts';
import type { SignInConfig } from './sign-in-config.ts';

type SignIn = { config: SignInConfig; db: Pool; issuer: Issuer; cookies: SignInCookies };

/**
 * Why a person got no session: the issuer's part failed, nothing says who it is, or what they may
 * do.
 */
type SignInFailure =
  | { reason: IssuerFailure; cause: unknown }
  | { reason: 'no-subject' | 'group-overage'; claims: string[] }
  | { reason: 'no-role'; claims: string[]; person: Caller };

const loginQuery = z.object({
  returnTo: z
    .string()
    .optional()
    .describe('Path of this site to come back to; anything else is ignored'),
  asksAgain: z
    .stringbool()
    .default(false)
    .describe('Whether the issuer asks who it is, also where it knows somebody'),
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
      const begun = await beginCodeFlow(config, issuer, {
        returnTo: returnToOf(request.query.returnTo),
        asksAgain: request.query.asksAgain,
      });
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
      const attempt = await attemptOf(request, signIn);
      if (attempt === undefined || attempt.state !== request.query.state)
        return sendProblem(reply, unknownState);
      // An attempt is valid for one callback.
      reply.clearCookie(cookies.attempt, cookies.options);
      const query = new URL(request.originalUrl, config.publicUrl).search;
      const ended = await endCodeFlow(config, issuer, { attempt, query, log: request.log });
      const admitted = ended.ok ? admit(ended.value, config) : ended;
      if (!admitted.ok) {
        await recordSignInRefusal(signIn.db, request, admitted);
        return redirectFailure(request, reply, admitted);
      }
      const { caller, ignored } = admitted;
      const before = request.cookies[cookies.session];
      const fromIssuer = await sealTokens(admitted.signedIn, config.sessionSecret);
      const token = await inTransaction(signIn.db, async (tx) => {
        await recordAccess(tx, 'signed-in', caller, request, {
          roles: caller.roles,
          ...(ignored.length > 0 && { ignored: shownValues(ignored) }),
        });
        return startSession(tx, caller, { before, fromIssuer }, config);
      });
      reply.setCookie(cookies.session, token, {
        ...cookies.options,
        maxAge: config.sessionHours * 3600,
      });
      return reply.redirect(new URL(attempt.returnTo, config.publicUrl).href);
    },
  );
};

/** The names of the claims that came, for the log; never their values. */
const namesOf = (...sources: (Claims | undefined)[]): string[] => [
  ...new Set(sources.flatMap((claims) => Object.keys(claims ?? {}))),
];

/** Whether the person of a sign-in may come in. */
const admit = (
  signedIn: SignedIn,
  { identity: config }: SignInConfig,
):
  | { ok: true; caller: Caller; ignored: readonly string[]; signedIn: SignedIn }
  | ({ ok: false } & SignInFailure) => {
  const { claims: token, userinfo } = signedIn;
  const identity = identityOf({ token, userinfo }, config, 'sign-in');
  const claims = namesOf(token, userinfo);
  if (!identity.ok) return { ok: false, reason: identity.reason, claims };
  const { caller, ignored } = identity;
  if (caller.roles.length === 0) return { ok: false, reason: 'no-role', claims, person: caller };
  return { ok: true, caller, ignored, signedIn };
};

const recordSignInRefusal = (db: Pool, request: FastifyRequest, failure: SignInFailure) =>
  recordAccess(
    db,
    'sign-in-refused',
    failure.reason === 'no-role' ? failure.person : null,
    request,
    { reason: failure.reason, ...('claims' in failure && { claims: failure.claims }) },
  );

/** What a session keeps of the issuer's answer. */
const sealTokens = async (
  { claims, idToken, refreshToken }: SignedIn,
  key: Uint8Array,
): Promise<FromIssuer> => ({
  subject: claims.sub,
  sid: typeof claims.sid === 'string' ? claims.sid : null,
  sealedIdToken: await sealToken(idToken, key),
  sealedRefreshToken: refreshToken === undefined ? null : await sealToken(refreshToken, key),
});

const MOST_VALUES = 50;

/** Values of claims for the access log: an issuer may send thousands of groups. */
const shownValues = (values: readonly string[]): string[] =>
  values.slice(0, MOST_VALUES).map((value) => withoutHidden(value).slice(0, 200));

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
      const idToken = sealed ? await unsealToken(sealed, config.sessionSecret) : undefined;
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
  failure: SignInFailure,
): FastifyReply => {
  if ('cause' in failure) {
    const { cause: err, reason } = failure;
    const said = issuerMessage(err);
    const text = said ? `sign-in failed: the issuer says ${said}` : 'sign-in failed';
    request.log.warn({ err, reason }, text);
  } else {
    const { claims, reason } = failure;
    request.log.warn({ reason, claims }, `sign-in refused: ${whyRefused[reason]}`);
  }
  return reply.redirect(`/?sign-in-failed=${failure.reason}`);
};

const whyRefused = {
  'no-role': 'no claim gives a role; see OIDC_ROLES_CLAIM and OIDC_ROLE_MAP',
  'no-subject': 'no claim names the person; see OIDC_SUBJECT_CLAIM',
  'group-overage': GROUP_OVERAGE,
} as const;
