import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { SignInConfig } from '../../../service/src/access/sign-in/sign-in-config.ts';
import { isLoopback } from '../../../service/src/platform/http/loopback.ts';
import { sendProblem } from '../../../service/src/platform/http/problem.ts';
import { stateAction } from '../../../service/src/platform/http/state-action.ts';
import { loadDemoKeys } from './keys.ts';
import { type DemoPage, demoErrorPage, personPicker } from './pages.ts';
import { DEMO_PATH, findDemoPerson } from './people.ts';
import { makeDemoProvider } from './provider.ts';

type InteractionPath = { Params: { uid: string; person: string } };

/** The address of the demo's identity provider, as an issuer. */
export const demoIssuerAt = (publicUrl: string): string => new URL(DEMO_PATH, publicUrl).href;

/**
 * The demo's identity provider at `DEMO_PATH`, for this machine only: people have no passwords, and
 * the secret of its OAuth clients is public.
 */
export const demoIdentityProvider =
  (config: SignInConfig, dataDir: string): FastifyPluginAsync =>
  async (app) => {
    const provider = makeDemoProvider(config, await loadDemoKeys(dataDir));
    await app.register((scope) => registerProvider(scope, provider), { prefix: DEMO_PATH });
  };

const registerProvider = async (scope: FastifyInstance, provider: Provider): Promise<void> => {
  // Without a listener, Koa writes these errors to the console.
  provider.on('error', (error) => scope.log.error({ err: error }, 'demo identity provider'));
  provider.on('server_error', (_, error) =>
    scope.log.error({ err: error }, 'demo identity provider'),
  );
  stateAction(scope, 'public');
  skipBodyParsing(scope);
  scope.addHook('onRequest', allowLoopbackOnly);
  const options = { schema: { hide: true } };
  scope.get('/interaction/:uid', options, (request, reply) => showPicker(provider, request, reply));
  scope.post<InteractionPath>('/interaction/:uid/:person', options, (request, reply) =>
    pickPerson(provider, request, reply),
  );
  const callback = provider.callback();
  scope.all('/*', options, async (request, reply) => {
    forwardToProvider(request, reply);
    await callback(request.raw, reply.raw);
  });
};

/** oidc-provider reads the request body itself. */
const skipBodyParsing = (scope: FastifyInstance): void => {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
};

/**
 * The check of the address keeps the network out. The check of the name keeps out web pages whose
 * own name points here (DNS rebinding).
 */
const allowLoopbackOnly = async (request: FastifyRequest, reply: FastifyReply) => {
  if (isLoopback(request.hostname) && isLoopback(request.socket.remoteAddress ?? ''))
    return undefined;
  return sendProblem(reply, {
    code: 'forbidden',
    detail: 'The demo identity provider answers loopback requests only',
  });
};

/**
 * Koa answers the bare request as if mounted at `DEMO_PATH`, with the headers that are already set.
 */
const forwardToProvider = (request: FastifyRequest, reply: FastifyReply): void => {
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  reply.hijack();
  Object.assign(request.raw, {
    originalUrl: request.originalUrl,
    url: request.originalUrl.slice(DEMO_PATH.length),
  });
};

const showPicker = async (provider: Provider, request: FastifyRequest, reply: FastifyReply) => {
  const uid = await withInteraction(
    reply,
    async () => (await provider.interactionDetails(request.raw, reply.raw)).uid,
  );
  return uid === undefined ? reply : send(reply, personPicker(`${DEMO_PATH}/interaction/${uid}`));
};

const pickPerson = async (
  provider: Provider,
  request: FastifyRequest<InteractionPath>,
  reply: FastifyReply,
) => {
  const person = findDemoPerson(request.params.person);
  if (person === undefined)
    return send(reply.code(404), demoErrorPage('This person does not exist.'));
  const login = { accountId: person.id, remember: false };
  const next = await withInteraction(reply, () =>
    provider.interactionResult(request.raw, reply.raw, { login }),
  );
  return next === undefined ? reply : reply.redirect(next, 303);
};

/**
 * Runs `step`, or answers that no sign-in is in progress: it timed out, or the browser sent no
 * cookie for it.
 */
const withInteraction = async (
  reply: FastifyReply,
  step: () => Promise<string>,
): Promise<string | undefined> => {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
    send(
      reply.code(400),
      demoErrorPage('The sign-in timed out, or another browser opened the page. Sign in again.'),
    );
    return undefined;
  }
};

const send = (reply: FastifyReply, { html, policy }: DemoPage): FastifyReply =>
  reply
    .type('text/html; charset=utf-8')
    .headers({
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
    })
    .send(html);
