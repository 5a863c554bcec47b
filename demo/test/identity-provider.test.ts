import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { segmentGroups } from '@cpe-desk/contract';
import { locationOf } from '../../service/test/access/sign-in/browser.ts';
import {
  assertProblem,
  bearerOf,
  callerIn,
  signInConfig,
  startServer,
  tokenAnswerSchema,
  useSignInDesk,
} from '../../service/test/access/sign-in/sign-in-desk.ts';
import { contractClaims } from '../../service/test/support/test-sign-in-config.ts';

const desk = await useSignInDesk();
const { publicUrl, dataDir } = desk.config;

// As with curl: `curl -s -u demo-operator:demo -d grant_type=client_credentials .../idp/token`.
const askToken = (user: string) =>
  fetch(`${publicUrl}/idp/token`, {
    method: 'POST',
    headers: { accept: '*/*', authorization: `Basic ${btoa(user)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });

test('a script gets a valid token', async () => {
  const { access_token } = tokenAnswerSchema.parse(
    await (await askToken('demo-operator:demo')).json(),
  );
  const caller = await callerIn(
    await desk.ask('/auth/me', { authorization: `Bearer ${access_token}` }),
  );
  assert.equal(caller.id, 'demo-operator');
  assert.equal(caller.name, 'Olivia Operator');
  assert.deepEqual(caller.segmentGroups, [...segmentGroups]);
});

test('a script gets the segment groups of its person', async () => {
  const response = await desk.ask('/tickets', await bearerOf(desk, 'demo-operator-sme'));
  assert.deepEqual(await response.json(), ['SME']);
});

test('a script with a wrong secret gets no token', async () => {
  const response = await askToken('demo-admin:guess');
  assert.equal(response.status, 401);
  assert.match(await response.text(), /invalid_client/);
});

test('claims have their configured names', async () => {
  const config = {
    ...(await signInConfig(dataDir)),
    identity: {
      ...contractClaims,
      rolesClaim: 'https://example/roles',
      segmentGroupsClaim: 'groups',
    },
  };
  const server = await startServer(desk.db, config);
  try {
    const bearer = await bearerOf({ ...desk, config }, 'demo-operator-sme');
    const caller = await callerIn(await fetch(`${config.publicUrl}/auth/me`, { headers: bearer }));
    assert.deepEqual([caller.roles, caller.segmentGroups], [['operator'], ['SME']]);
  } finally {
    await server.close();
  }
});

test('the picker runs no scripts and cannot be framed', async () => {
  const browser = desk.browser();
  const authorization = locationOf(await browser.get('/auth/login'));
  const page = await browser.get(locationOf(await browser.get(authorization)));
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /script-src|unsafe/);
  assert.match(await page.text(), /Olivia Operator.*operator, all segment groups/);
});

test('the provider answers only to names and addresses of this machine', async () => {
  const server = await startServer(desk.db, await signInConfig(dataDir));
  const statusFor = async (host: string, remoteAddress: string) =>
    (await server.inject({ url: '/idp/interaction/none', headers: { host }, remoteAddress }))
      .statusCode;
  try {
    assert.equal(await statusFor('localhost:3000', '::ffff:127.0.0.1'), 400);
    assert.equal(await statusFor('[::1]:3000', '::1'), 400);
    assert.equal(await statusFor('rebound.example:3000', '127.0.0.1'), 403);
    assert.equal(await statusFor('localhost:3000', '192.0.2.1'), 403);
    assert.equal(await statusFor('127.0.0.1.rebound.example', '127.0.0.1'), 403);
  } finally {
    await server.close();
  }
});

test('its signing keys are for their owner only', async () => {
  const { mode } = await stat(join(dataDir, 'demo-idp-keys.json'));
  assert.equal(mode & 0o777, 0o600);
});

test('answers of the provider have the request id', async () => {
  assert.ok((await desk.ask('/idp/jwks')).headers.get('x-request-id'));
});

test('refuses malformed requests and keeps working', async () => {
  const post = async (path: string, body: string, type: string) =>
    (
      await fetch(`${publicUrl}/idp${path}`, {
        method: 'POST',
        body,
        headers: { 'content-type': type },
      })
    ).status;
  assert.equal(await post('/token', '{', 'application/json'), 400);
  assert.equal(await post('/token', 'x'.repeat(100_000), 'application/x-www-form-urlencoded'), 400);
  assert.equal(await post('/interaction/none/demo-operator', '', 'text/plain'), 400);
  assert.equal(await post('/interaction/none/root', '', 'text/plain'), 404);
  assert.equal((await desk.ask('/idp/interaction/none')).status, 400);
  assert.equal((await desk.ask('/idp/auth?client_id=%00')).status, 400);
  const page = await desk.browser().get('/idp/auth?client_id=<script>&redirect_uri=x');
  assert.equal(page.status, 400);
  assert.doesNotMatch(await page.text(), /<script>/);
  await assertProblem(await desk.ask('/tickets'), 401, 'unauthenticated');
});
