import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stateAction } from '../../../src/platform/http/state-action.ts';
import { signIn } from './browser.ts';
import {
  assertProblem,
  bearerOf,
  signInConfig,
  startServer,
  useSignInDesk,
} from './sign-in-desk.ts';

const desk = await useSignInDesk();
const { publicUrl } = desk.config;

const sessionCookie = async () => {
  const browser = desk.browser();
  await signIn(browser, 'demo-operator');
  return `cpe_desk_session=${browser.cookies.get('cpe_desk_session')?.value}`;
};

test('a role has the actions of the contract', async () => {
  const statuses = async (client: string) => {
    const bearer = await bearerOf(desk, client);
    const answers = [await desk.ask('/tickets', bearer), await desk.ask('/update', bearer, 'POST')];
    return answers.map(({ status }) => status);
  };
  assert.deepEqual(await statuses('demo-operator'), [200, 200]);
  assert.deepEqual(await statuses('demo-supervisor'), [200, 200]);
  assert.deepEqual(await statuses('demo-reviewer'), [200, 403]);
  assert.deepEqual(await statuses('demo-admin'), [200, 403]);
});

test('a route is forbidden to other roles', async () => {
  const bearer = await bearerOf(desk, 'demo-reviewer');
  await assertProblem(await desk.ask('/update', bearer, 'POST'), 403, 'forbidden');
});

test('without a caller a route answers how to authenticate', async () => {
  const headers: Record<string, string>[] = [
    {},
    { authorization: 'Basic eDp5' },
    { cookie: 'cpe_desk_session=guess' },
  ];
  for (const given of headers) {
    const response = await desk.ask('/tickets', given);
    assert.equal(response.headers.get('www-authenticate'), 'Bearer');
    await assertProblem(response, 401, 'unauthenticated');
  }
});

test('a public route and an unknown path answer everybody', async () => {
  assert.equal((await desk.ask('/public')).status, 200);
  assert.equal((await desk.ask('/no-such-route')).status, 404);
});

test('a session does not replace a wrong token', async () => {
  const cookie = await sessionCookie();
  assert.equal((await desk.ask('/tickets', { cookie })).status, 200);
  const both = await desk.ask('/tickets', { cookie, authorization: 'Bearer garbage' });
  await assertProblem(both, 401, 'unauthenticated');
});

test('with a session only pages of this origin may write', async () => {
  const cookie = await sessionCookie();
  const update = (headers: Record<string, string>) =>
    desk.ask('/update', { cookie, ...headers }, 'POST');
  assert.equal((await update({ origin: publicUrl })).status, 200);
  assert.equal((await update({ 'sec-fetch-site': 'same-origin' })).status, 200);

  const neighbour = publicUrl.replace(/\d+$/, '1');
  for (const origin of ['http://evil.example', 'null', neighbour, `${publicUrl}.evil.example`]) {
    await assertProblem(await update({ origin }), 403, 'forbidden');
    await assertProblem(
      await update({ origin, 'sec-fetch-site': 'same-origin' }),
      403,
      'forbidden',
    );
  }
  await assertProblem(await update({ 'sec-fetch-site': 'same-site' }), 403, 'forbidden');
  await assertProblem(await update({}), 403, 'forbidden');
});

test('a bearer token needs no origin', async () => {
  const bearer = await bearerOf(desk, 'demo-operator');
  const response = await desk.ask(
    '/update',
    { ...bearer, origin: 'http://elsewhere.example' },
    'POST',
  );
  assert.equal(response.status, 200);
});

test('a server with a route without an action does not start', async () => {
  const config = await signInConfig(desk.config.dataDir);
  const start = async () => {
    const server = await startServer(desk.db, config, (app) => {
      app.get('/forgotten', async () => 'secret');
    });
    await server.close();
  };
  await assert.rejects(start, /GET \/forgotten/);
});

test('routes of a plugin have the action of their scope', async () => {
  const config = await signInConfig(desk.config.dataDir);
  const server = await startServer(desk.db, config, (app) => {
    app.register((scope, _options, done) => {
      stateAction(scope, 'history:read');
      scope.get('/plugin', async () => 'secret');
      done();
    });
  });
  try {
    for (const method of ['GET', 'HEAD']) {
      assert.equal((await fetch(`${config.publicUrl}/plugin`, { method })).status, 401);
    }
  } finally {
    await server.close();
  }
});

test('reading the caller on a public route throws', async () => {
  const config = await signInConfig(desk.config.dataDir);
  const server = await startServer(desk.db, config, (app) => {
    app.get('/careless', { config: { action: 'public' } }, async ({ caller }) => caller);
  });
  try {
    const bearer = await bearerOf(desk, 'demo-operator');
    await assertProblem(
      await fetch(`${config.publicUrl}/careless`, { headers: bearer }),
      500,
      'internal-error',
    );
  } finally {
    await server.close();
  }
});
