import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { newBrowser, signIn } from '../../access/sign-in/browser.ts';
import { send } from '../../fuzz/send.ts';
import { assertProblem } from '../../support/assert-problem.ts';
import { startTestDesk, type TestDesk, useDesk } from '../../support/desk.ts';

const desk = await useDesk();

const statusOf = async (url: string, headers: Record<string, string> = {}): Promise<number> => {
  const answer = await fetch(url, { headers });
  if (answer.status === 429) assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  await answer.body?.cancel();
  return answer.status;
};

/** Sends refused requests until the address is refused itself. */
const useUp = async ({ origin }: TestDesk): Promise<void> => {
  for (let n = 0; n < 60; n++)
    if ((await statusOf(`${origin}/ticket/ctt`, { authorization: `Bearer guess${n}` })) === 429)
      return;
  assert.fail('The address has no limit');
};

const perAddress = { requestsPerMinutePerAddress: 40 };

test('refused requests use up the limit of their address; probes are still answered', async () => {
  await using small = await startTestDesk({ beside: desk, limits: perAddress });
  await useUp(small);
  for (const path of ['/ticket/ctt', '/auth/login', '/nothing', '/openapi.json'])
    assert.equal(await statusOf(small.origin + path), 429, path);
  for (const path of ['/healthz', '/readyz', '/metrics'])
    assert.equal(await statusOf(small.origin + path), 200, path);
});

test('a signed-in caller is served although their address is refused', async () => {
  await using small = await startTestDesk({ beside: desk, limits: perAddress });
  const { operator: program } = small;
  await program.authorization();
  const browser = newBrowser(small.origin);
  await signIn(browser, 'demo-reviewer');
  await useUp(small);
  assert.equal((await program.get('/ticket/ctt')).status, 200);
  assert.equal((await browser.get('/auth/me')).status, 200);
  // Public routes too, such as the portal's page.
  assert.equal((await browser.get('/openapi.json')).status, 200);
  assert.equal((await program.get('/nothing')).status, 404);
});

test('requests of a signed-in caller do not use up the limit of their address', async () => {
  await using small = await startTestDesk({ beside: desk, limits: perAddress });
  const program = small.operator;
  for (let n = 0; n < 60; n++) assert.equal((await program.get('/auth/me')).status, 200);
  assert.equal(await statusOf(`${small.origin}/ticket/ctt`), 401);
});

test('a forged cookie is looked up only within the limit of its address', async () => {
  let lookUps = 0;
  await using small = await startTestDesk({
    beside: desk,
    limits: perAddress,
    between: (db) => ({
      ...db,
      connection: new Proxy(db.connection, {
        get: (target, name) => {
          const found: unknown = Reflect.get(target, name);
          if (typeof found !== 'function') return found;
          return (...parameters: unknown[]) => {
            if (JSON.stringify(parameters).includes('select-portal-session')) lookUps += 1;
            return Reflect.apply(found, target, parameters);
          };
        },
      }),
    }),
  });
  for (let n = 0; n < 60; n++)
    await statusOf(`${small.origin}/ticket/ctt`, {
      cookie: `cpe_desk_session=${randomBytes(32).toString('base64url')}`,
    });
  assert.equal(lookUps, perAddress.requestsPerMinutePerAddress);
});

test('each caller has one limit for all addresses', async () => {
  const limits = { requestsPerMinutePerCaller: 5 };
  await using small = await startTestDesk({ beside: desk, limits, trustedProxies: ['127.0.0.1'] });
  const { operator, reviewer } = small;
  const statuses: number[] = [];
  for (let n = 0; n < 7; n++)
    statuses.push((await operator.get('/auth/me', { 'x-forwarded-for': `192.0.2.${n}` })).status);
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429]);
  assertProblem(await operator.get('/ticket/ctt'), 'too-many-requests');
  // Forbidden requests count too.
  const forbidden: number[] = [];
  for (let n = 0; n < 7; n++) forbidden.push((await reviewer.get('/auth/access-log')).status);
  assert.deepEqual(forbidden, [403, 403, 403, 403, 403, 429, 429]);
});

test('an address counts once, whatever port or brackets the proxy writes', async () => {
  for (const from of [
    (n: number) => `203.0.113.3:${40_000 + n}`,
    (n: number) => `[2001:db8:1:3::${n}]:${5000 + n}`,
    (n: number) => `::ffff:203.0.113.3, zz${n}`,
    (n: number) => `zz${n}`,
  ]) {
    await using small = await startTestDesk({
      beside: desk,
      limits: perAddress,
      trustedProxies: ['127.0.0.1'],
    });
    const statuses: number[] = [];
    for (let n = 0; n < 41; n++)
      statuses.push(await statusOf(`${small.origin}/ticket/ctt`, { 'x-forwarded-for': from(n) }));
    assert.deepEqual(statuses, [...Array(40).fill(401), 429], from(0));
    assert.equal(
      await statusOf(`${small.origin}/ticket/ctt`, { 'x-forwarded-for': '192.0.2.9' }),
      401,
    );
  }
});

test('paths that the router cannot read count', async () => {
  await using small = await startTestDesk({ beside: desk, limits: perAddress });
  const statuses: number[] = [];
  for (let n = 0; n < 42; n++) {
    const got = await send(small.origin, {
      method: 'GET',
      path: '/%FF',
      headers: {},
      body: undefined,
    });
    statuses.push(got.status);
    assert.ok(got.headers['x-request-id']);
    if (got.status === 429) assert.match(got.headers['retry-after'] ?? '', /^[1-9]\d*$/);
  }
  assert.deepEqual(statuses, [...Array(40).fill(404), 429, 429]);
});
