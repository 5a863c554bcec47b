import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import {
  accessLogPageSchema,
  apiTokenListSchema,
  callerSchema,
  createdApiTokenSchema,
  historyPageSchema,
} from '@cpe-desk/contract';
import { hasChecksum, newApiToken } from '../../../src/access/api-tokens/token-text.ts';
import { run, statement } from '../../../src/platform/database/database.ts';
import { assertProblem } from '../../support/assert-problem.ts';
import { clientWith } from '../../support/client.ts';
import { startTestDesk, useDesk } from '../../support/desk.ts';
import { sessionOf } from '../../support/session-of.ts';
import { addTestLine } from '../../support/test-line.ts';
import { until } from '../../support/until.ts';
import { newAddress, updateCpe } from '../../support/updates.ts';

const desk = await useDesk();
const { admin, operator } = desk;

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const wanted = (more: object = {}) => ({
  name: `Sync ${Math.random()}`,
  roles: ['operator'],
  segmentGroups: ['SME'],
  expiresAt: inDays(30),
  ...more,
});
const create = async (more: object = {}) => {
  const answer = await admin.post('/access/tokens', wanted(more));
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return createdApiTokenSchema.parse(answer.body);
};
const list = async () => apiTokenListSchema.parse((await admin.get('/access/tokens')).body).items;
const as = (token: string, origin = desk.origin) => clientWith(origin, `Bearer ${token}`);
const log = async (event: string) =>
  accessLogPageSchema.parse((await admin.get(`/auth/access-log?event=${event}`)).body).items;
const revoke = (id: string) => admin.fetch(`/access/tokens/${id}`, { method: 'DELETE' });

const selectRow = statement<{ row: string }, [id: string]>(
  'test-select-token',
  'select api_token::text as row from api_token where id = $1',
);
const changeToken = (change: string) =>
  statement<never, [id: string]>(`test-${change}`, `update api_token set ${change} where id = $1`);

test('a token has a prefix, 256 random bits and a checksum, for secret scanners', () => {
  const [token, other] = [newApiToken(), newApiToken()];
  assert.match(token, /^cpd_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/);
  assert.notEqual(token, other);
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const checksum = [...token.slice(47)].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);
  assert.equal(checksum, crc32(token.slice(4, 47)));
  assert.ok(hasChecksum(token));
  const changed = `${token.slice(0, 10)}${token[10] === 'a' ? 'b' : 'a'}${token.slice(11)}`;
  for (const wrong of [changed, token.slice(0, -1), `${token}0`, 'cpd_', `x${token}`])
    assert.equal(hasChecksum(wrong), false, wrong);
});

test('a program calls the API with the rights of its token, and nothing more', async () => {
  const { token, id, prefix } = await create({ name: 'Billing sync' });
  assert.ok(token.startsWith(prefix) && prefix.length < 12);
  const me = callerSchema.parse((await as(token).get('/auth/me')).body);
  assert.deepEqual(
    [me.id, me.name, me.roles, me.segmentGroups],
    [`api-token:${id}`, 'Billing sync (program)', ['operator'], ['SME']],
  );
  const [own, foreign] = [
    await addTestLine(desk.db, { segmentGroup: 'SME' }),
    await addTestLine(desk.db, { segmentGroup: 'ENTERPRISE' }),
  ];
  assert.equal((await as(token).get(`/ticket/ctt/${own.id}`)).status, 200);
  assertProblem(await as(token).get(`/ticket/ctt/${foreign.id}`), 'ctt-not-found');
  for (const path of ['/access/tokens', '/access/sessions', '/auth/access-log'])
    assertProblem(await as(token).get(path), 'forbidden');
  await updateCpe(as(token), own.id, { ipAddress: newAddress() });
  const history = await operator.get(`/ticket/ctt/cpe/history/${own.id}`);
  assert.equal(
    historyPageSchema.parse(history.body).items[0]?.actor.name,
    'Billing sync (program)',
  );
});

test('the database and the list have no token; the list says who made it', async () => {
  const { token, id } = await create();
  const [row] = await run(desk.db, selectRow, [id]);
  assert.ok(row && !row.row.includes(token.slice(12)));
  const listed = (await list()).find((each) => each.id === id);
  assert.ok(listed && !('token' in listed));
  assert.deepEqual(listed.createdBy, { id: 'demo-admin', name: 'Adam Admin' });
  assert.deepEqual([listed.lastUsedAt, listed.revokedAt], [null, null]);
  const answer = await admin.get('/access/tokens');
  assert.ok(!JSON.stringify(answer.body).includes(token));
});

test('a token is refused that lives too long, has foreign groups, or is an admin', async () => {
  const attempt = (more: object) => admin.post('/access/tokens', wanted(more));
  for (const expiresAt of [inDays(-1), inDays(366)]) {
    const refused = await attempt({ expiresAt });
    assertProblem(refused, 'malformed-request');
    assert.match(JSON.stringify(refused.body), /"pointer":"\/expiresAt"/);
  }
  assert.equal((await attempt({ expiresAt: inDays(364.9) })).status, 201);
  for (const more of [
    { roles: [] },
    { roles: ['emperor'] },
    { name: ' ' },
    { name: 'a\u202eb' },
    { expiresAt: 'tomorrow' },
    { expiresAt: undefined },
    { extra: 1 },
  ])
    assertProblem(await attempt(more), 'malformed-request');
  assertProblem(await attempt({ roles: ['operator', 'admin'] }), 'forbidden');
  assertProblem(await operator.post('/access/tokens', wanted()), 'forbidden');
});

test('an admin grants only their own segment groups', async () => {
  const smeAdmin = await sessionOf(desk, 'admin', ['SME']);
  assertProblem(
    await smeAdmin.post('/access/tokens', wanted({ segmentGroups: ['SME', 'ENTERPRISE'] })),
    'forbidden',
  );
  assert.equal((await smeAdmin.post('/access/tokens', wanted())).status, 201);
});

test('a name is used once, until its token is revoked', async () => {
  const { id } = await create({ name: 'Only one' });
  assertProblem(await admin.post('/access/tokens', wanted({ name: 'only ONE ' })), 'name-in-use');
  assert.equal((await revoke(id)).status, 204);
  await create({ name: 'Only one' });
});

test('a revoked token ends on all instances within 5 s; an expired one at once', async () => {
  await using other = await startTestDesk({ beside: desk });
  const { token, id } = await create();
  for (const origin of [desk.origin, other.origin])
    assert.equal((await as(token, origin).get('/auth/me')).status, 200);
  assert.equal((await revoke(id)).status, 204);
  for (const origin of [desk.origin, other.origin])
    await until(
      'it is refused',
      async () => (await as(token, origin).get('/auth/me')).status === 401,
      6000,
    );
  assert.equal((await revoke(id)).status, 204, 'a second time changes nothing');
  assert.ok((await list()).find((each) => each.id === id)?.revokedAt);
  assert.equal((await revoke('00000000-0000-4000-8000-000000000000')).status, 404);
  assert.equal((await revoke('no-uuid')).status, 404);

  const expired = await create();
  const expire = changeToken("expires_at = now() - interval '1 s'");
  await run(desk.db, expire, [expired.id]);
  assertProblem(await as(expired.token).get('/auth/me'), 'unauthenticated');
  assertProblem(await as(newApiToken()).get('/auth/me'), 'unauthenticated');
  assertProblem(await as('cpd_garbage').get('/auth/me'), 'unauthenticated');
});

test('the access log has the life of a token, and its use once a day with addresses', async () => {
  await using behind = await startTestDesk({ beside: desk, trustedProxies: ['127.0.0.1'] });
  const { token, id, name } = await create();
  const use = (from: string) =>
    as(token, behind.origin).get('/auth/me', { 'x-forwarded-for': from });
  const uses = async () =>
    (await log('token-used')).filter(({ by }) => by?.id === `api-token:${id}`);
  await use('203.0.113.1');
  await use('203.0.113.2');
  assert.deepEqual(
    (await uses()).map(({ detail }) => detail),
    [{ addresses: ['203.0.113.1'] }],
  );
  const [listed] = (await list()).filter((each) => each.id === id);
  assert.ok(listed?.lastUsedAt);
  await run(desk.db, changeToken('logged_on = logged_on - 1'), [id]);
  await use('203.0.113.3');
  assert.deepEqual((await uses())[0]?.detail, {
    addresses: ['203.0.113.1', '203.0.113.2', '203.0.113.3'],
  });
  await revoke(id);
  const [created] = (await log('token-created')).filter(({ detail }) => detail.token === id);
  assert.deepEqual(
    [created?.by?.id, created?.detail.tokenName, created?.detail.roles],
    ['demo-admin', name, ['operator']],
  );
  const [revoked] = await log('token-revoked');
  assert.deepEqual([revoked?.by?.id, revoked?.detail.token], ['demo-admin', id]);
  const everything = await admin.get('/auth/access-log?limit=100');
  assert.ok(!JSON.stringify(everything.body).includes(token.slice(10)));
});

test('made-up tokens count against their address before the database is asked', async () => {
  const limits = { requestsPerMinutePerAddress: 4 };
  await using limited = await startTestDesk({ beside: desk, limits });
  const { token } = await create();
  const statusOf = async (bearer: string) =>
    (await as(bearer, limited.origin).get('/auth/me')).status;
  assert.equal(await statusOf(token), 200);
  const made = [await statusOf(newApiToken()), await statusOf(newApiToken())];
  assert.deepEqual(made, [401, 401]);
  for (let n = 0; n < 3; n++) await statusOf(newApiToken());
  assert.equal(await statusOf(newApiToken()), 429);
  assert.equal(await statusOf(token), 200, 'a token that was valid is not locked out by others');
});

test('first uses of a day at the same moment are one entry', async () => {
  await using behind = await startTestDesk({ beside: desk, trustedProxies: ['127.0.0.1'] });
  const { token, id } = await create();
  const client = as(token, behind.origin);
  await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      client.get('/auth/me', { 'x-forwarded-for': `203.0.113.${n}` }),
    ),
  );
  const uses = (await log('token-used')).filter(({ by }) => by?.id === `api-token:${id}`);
  assert.equal(uses.length, 1);
});
