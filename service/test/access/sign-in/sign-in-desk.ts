import assert from 'node:assert/strict';
import { anyProblemSchema, type Caller, callerSchema } from '@cpe-desk/contract';
import Fastify from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  demoIdentityProvider,
  demoIssuerAt,
} from '../../../../demo/src/sign-in/identity-provider.ts';
import { registerBackchannelLogout } from '../../../src/access/sign-in/backchannel-logout.ts';
import { issuerFrom } from '../../../src/access/sign-in/issuer.ts';
import { recogniseCallers } from '../../../src/access/sign-in/recognise-callers.ts';
import { registerSignIn } from '../../../src/access/sign-in/routes.ts';
import type { Pool } from '../../../src/platform/database/database.ts';
import type { Api } from '../../../src/platform/http/api.ts';
import { registerProblems } from '../../../src/platform/http/problem.ts';
import { freePort } from '../../support/free-port.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { useDatabase } from '../../support/test-database.ts';
import { type TestSignInConfig, testSignInConfig } from '../../support/test-sign-in-config.ts';
import { atEnd, untilEnd } from '../../support/until-end.ts';
import { type Browser, newBrowser } from './browser.ts';

/** A server with sign-in, a route of each kind and its own database. */
export type SignInDesk = {
  config: TestSignInConfig;
  db: Pool;
  /** A new browser. */
  browser(): Browser;
  ask(path: string, headers?: Record<string, string>, method?: string): Promise<Response>;
  start(): Promise<void>;
  /** Stops the server; `start` continues with the same data. */
  pause(): Promise<void>;
};

/** The server of a test file; it stops after the last test. */
export const useSignInDesk = async (): Promise<SignInDesk> => {
  const folder = untilEnd(await tempFolder());
  const database = await useDatabase();
  const config = await signInConfig(folder.path);
  let app = await startServer(database.pool, config);
  atEnd(() => app.close());
  return {
    config,
    db: database.pool,
    browser: () => newBrowser(config.publicUrl),
    ask: (path, headers = {}, method = 'GET') =>
      fetch(new URL(path, config.publicUrl), { method, headers }),
    async start() {
      app = await startServer(database.pool, config);
    },
    pause: () => app.close(),
  };
};

/**
 * A further server, with the demo identity provider where that is its issuer; close it when done.
 * `more` registers further routes.
 */
export const startServer = async (
  db: Pool,
  config: TestSignInConfig,
  more: (app: Api) => void = () => {},
): Promise<Api> => {
  const app = Fastify().withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  registerProblems(app);
  try {
    const { issuer } = issuerFrom(config, app.log);
    await recogniseCallers(app, { config, db, reads: db, issuer });
    registerSignIn(app, { config, db, issuer });
    registerBackchannelLogout(app, { config, db, issuer });
    if (config.issuer === demoIssuerAt(config.publicUrl))
      await app.register(demoIdentityProvider(config, config.dataDir));
    app.get(
      '/tickets',
      { config: { action: 'ticket:read' } },
      async ({ caller }) => caller.segmentGroups,
    );
    app.post(
      '/update',
      { config: { action: 'cpe-update:request' } },
      async ({ caller }) => caller.name,
    );
    app.get('/public', { config: { action: 'public' } }, async () => 'for all');
    more(app);
    await app.listen({ host: '127.0.0.1', port: Number(new URL(config.publicUrl).port) });
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
};

/** With the demo identity provider, on a port that is free now. */
export const signInConfig = async (dataDir: string): Promise<TestSignInConfig> =>
  testSignInConfig(`http://localhost:${await freePort()}`, dataDir);

export const tokenAnswerSchema = z.object({
  access_token: z.string(),
  expires_in: z.literal(3600),
  token_type: z.literal('Bearer'),
});

/** The header of one of the demo's OAuth clients. */
export const bearerOf = async (
  { config }: SignInDesk,
  client: string,
): Promise<{ authorization: string }> => {
  const response = await fetch(`${config.publicUrl}/idp/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client}:demo`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token } = tokenAnswerSchema.parse(await response.json());
  return { authorization: `Bearer ${access_token}` };
};

export const callerIn = async (response: Response): Promise<Caller> => {
  assert.equal(response.status, 200);
  return callerSchema.parse(await response.json());
};

/** Asserts a problem answer. */
export const assertProblem = async (
  response: Response,
  status: number,
  code: string,
): Promise<void> => {
  assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  const problem = anyProblemSchema.parse(await response.json());
  assert.deepEqual([response.status, problem.status, problem.code], [status, status, code]);
};
