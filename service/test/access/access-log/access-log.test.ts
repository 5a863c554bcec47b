import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AccessLogPage, accessLogPageSchema } from '@cpe-desk/contract';
import { deleteOldAccesses } from '../../../src/access/access-log/delete-old-accesses.ts';
import { recordPolicy } from '../../../src/access/access-log/record-access.ts';
import { one, openDatabase, run, statement } from '../../../src/platform/database/database.ts';
import { assertProblem } from '../../support/assert-problem.ts';
import { startTestDesk, type TestDesk, useDesk } from '../../support/desk.ts';
import { addTestLine } from '../../support/test-line.ts';
import { newBrowser, signIn } from '../sign-in/browser.ts';

const desk = await useDesk();
const { admin } = desk;

const read = async (query = ''): Promise<AccessLogPage> =>
  accessLogPageSchema.parse((await admin.get(`/auth/access-log${query}`)).body);
const newest = async (query = '') => (await read(query)).items[0];

const forgetRefusals = statement<never>(
  'test-forget-refusals',
  `delete from access_log where event = 'action-refused'`,
);

const insertOld = statement<never, [count: number, days: number]>(
  'test-insert-old',
  `insert into access_log (event, at, detail)
   select 'signed-in', now() - $2::int * interval '1 day', '{}' from generate_series(1, $1::int)`,
);
const selectOld = statement<{ ages: number[] }>(
  'test-select-old',
  `select array(select distinct (extract(epoch from now() - at) / 86400)::int from access_log
                where at < now() - interval '1 day' order by 1) as ages`,
);

test('the log has sign-ins and sign-outs, with the address', async () => {
  const browser = newBrowser(desk.origin);
  await signIn(browser, 'demo-reviewer');
  const came = await newest('?event=signed-in');
  assert.deepEqual(
    [came?.by, came?.address, came?.detail],
    [{ id: 'demo-reviewer', name: 'Rita Reviewer' }, '127.0.0.1', { roles: ['reviewer'] }],
  );
  assert.ok(came?.requestId);
  await browser.post('/auth/logout');
  assert.equal((await newest('?subject=demo-reviewer'))?.event, 'signed-out');
  await signIn(browser, 'demo-reviewer');
  await browser.post('/auth/logout?everywhere=true');
  assert.equal((await newest('?subject=demo-reviewer'))?.event, 'signed-out-everywhere');
});

test('the log has a refused sign-in, with the reason and without a name', async () => {
  const browser = newBrowser(desk.origin);
  const login = new URL(
    (await browser.get('/auth/login')).headers.get('location') ?? '',
    desk.origin,
  );
  const state = login.searchParams.get('state');
  const issuer = encodeURIComponent(`${desk.origin}/idp`);
  await browser.get(`/auth/callback?error=access_denied&state=${state}&iss=${issuer}`);
  const refused = await newest('?event=sign-in-refused');
  assert.deepEqual([refused?.by, refused?.detail], [null, { reason: 'refused' }]);
});

test('the log has a forbidden action once for many attempts', async () => {
  const { reviewer } = desk;
  for (let n = 0; n < 5; n++)
    assertProblem(await reviewer.get('/ticket/ctt/cpe/attention'), 'forbidden');
  const { items } = await read('?event=action-refused&subject=demo-reviewer');
  assert.deepEqual(
    items.map(({ detail }) => detail),
    [{ action: 'cpe-update:settle' }],
  );
});

test('the log has the address that a trusted proxy names; no one else can name an address', async () => {
  await using behind = await startTestDesk({ beside: desk, trustedProxies: ['127.0.0.1'] });
  const ask = async (at: TestDesk, from = '203.0.113.7, 192.0.2.1') => {
    const forwarded = { 'x-forwarded-for': from };
    await run(desk.db, forgetRefusals, []);
    assertProblem(await at.reviewer.get('/ticket/ctt/cpe/attention', forwarded), 'forbidden');
    return (await newest('?event=action-refused'))?.address;
  };
  assert.deepEqual([await ask(desk), await ask(behind)], ['127.0.0.1', '192.0.2.1']);
  assert.equal(await ask(behind, '[2001:DB8::1]:40001'), '2001:db8::1');
  assert.equal(await ask(behind, '::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(await ask(behind, '192.0.2.1, no address'), '127.0.0.1');
});

test('the log has the export of a history', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  const { reviewer } = desk;
  assert.equal((await reviewer.get(`/ticket/ctt/cpe/history/${id}/evidence`)).status, 200);
  const { by, detail } = (await newest('?event=evidence-exported')) ?? {};
  assert.deepEqual([by?.id, detail], ['demo-reviewer', { serviceLineId: lineId, entries: 0 }]);
});

test('the log has the policy of a start when it differs from the previous one', async () => {
  const policies = async () => (await read('?event=policy-set')).items.map(({ detail }) => detail);
  const first = {
    editableSegmentGroups: ['SME' as const],
    allowedPrefixes: ['10.0.0.0/8'],
    unknownModel: 'refuse' as const,
  };
  const second = { ...first, allowedPrefixes: [] };
  for (const policy of [first, first, second, second, first])
    await recordPolicy(desk.deps.db, policy);
  assert.deepEqual(await policies(), [first, second, first]);
});

test('only admins read the log, in pages; nobody changes it', async () => {
  for (const person of ['demo-operator', 'demo-reviewer', 'demo-supervisor'])
    assertProblem(await desk.as(person).get('/auth/access-log'), 'forbidden');
  const all = (await read()).items.map(({ id }) => id);
  const first = await read('?limit=2');
  const second = await read(`?limit=2&cursor=${first.nextCursor}`);
  assert.deepEqual(
    [...first.items, ...second.items].map(({ id }) => id),
    all.slice(0, 4),
  );
  assertProblem(await admin.get('/auth/access-log?cursor=abc'), 'malformed-request');
  assertProblem(await admin.get('/auth/access-log?event=everything'), 'malformed-request');
  for (const text of [
    'delete from access_log',
    "update access_log set name = 'x'",
    'truncate access_log',
  ])
    await assert.rejects(desk.deps.db.connection.query({ text, name: text, values: [] }), {
      code: '42501',
    });
});

test('old entries are deleted where a setting says so, never the last 30 days', async () => {
  await run(desk.db, insertOld, [7000, 40]);
  await run(desk.db, insertOld, [1, 20]);
  const countOld = async () => (await one(desk.db, selectOld, [])).ages;
  await using asDesk = openDatabase(desk.databaseUrl, { max: 1, log: { warn() {} } });
  await deleteOldAccesses(asDesk, 60)(AbortSignal.timeout(60_000));
  assert.deepEqual(await countOld(), [20, 40]);
  await deleteOldAccesses(asDesk, 35)(AbortSignal.timeout(60_000));
  assert.deepEqual(await countOld(), [20]);
  await deleteOldAccesses(asDesk, 1)(AbortSignal.timeout(60_000));
  assert.deepEqual(await countOld(), [20], 'the function of the database has the last word');
  await assert.rejects(run(asDesk, forgetRefusals, []), /permission denied/);
});
