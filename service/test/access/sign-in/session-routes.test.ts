import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { accessLogPageSchema, portalSessionPageSchema } from '@cpe-desk/contract';
import { run, statement } from '../../../src/platform/database/database.ts';
import { assertProblem } from '../../support/assert-problem.ts';
import { startTestDesk, useDesk } from '../../support/desk.ts';
import { sessionOf } from '../../support/session-of.ts';

// A stream that only a heartbeat ends would stay open for this whole test.
const desk = await useDesk({ heartbeatMs: 3_600_000 });
const { admin } = desk;

const list = async (query = '') =>
  portalSessionPageSchema.parse((await admin.get(`/access/sessions${query}`)).body);
const end = (id: string) => admin.fetch(`/access/sessions/${id}`, { method: 'DELETE' });

test('an admin sees the sessions, of everybody or of one person, page by page', async () => {
  const [olivia, rita] = [
    await sessionOf(desk, 'operator', ['SME'], 'olivia'),
    await sessionOf(desk, 'reviewer', ['SME'], 'rita'),
  ];
  await sessionOf(desk, 'operator', ['SME'], 'olivia');
  const ids = async (query?: string) => (await list(query)).items.map(({ person }) => person.id);
  assert.deepEqual(await ids(), ['olivia', 'olivia', 'rita']);
  assert.deepEqual(await ids('?subject=rita'), ['rita']);
  const [item] = (await list('?subject=rita')).items;
  assert.deepEqual(
    [item?.id, item?.roles, item?.segmentGroups, item?.isCurrent],
    [rita.sessionId, ['reviewer'], ['SME'], false],
  );
  const first = await list('?limit=2');
  assert.equal(first.items.length, 2);
  const rest = await list(`?limit=2&cursor=${first.nextCursor}`);
  assert.deepEqual([rest.items.map(({ person }) => person.id), rest.nextCursor], [['rita'], null]);
  assertProblem(await admin.get('/access/sessions?cursor=x'), 'malformed-request');
  assertProblem(await olivia.get('/access/sessions'), 'forbidden');
  const adam = await sessionOf(desk, 'admin', ['SME'], 'adam');
  const own = portalSessionPageSchema.parse(
    (await adam.get('/access/sessions?subject=adam')).body,
  ).items;
  assert.deepEqual(
    own.map(({ isCurrent }) => isCurrent),
    [true],
  );
});

const expire = statement<never, [subject: string]>(
  'test-expire',
  `update portal_session set expires_at = now() where subject = $1`,
);

test('a session that has ended is not in the list', async () => {
  await sessionOf(desk, 'operator', ['SME'], 'gone');
  await run(desk.db, expire, ['gone']);
  assert.deepEqual((await list('?subject=gone')).items, []);
});

test('an admin ends a session, and its open event stream at another instance within 1 s', async () => {
  await using other = await startTestDesk({ beside: desk, heartbeatMs: 3_600_000 });
  const [ended, kept] = [
    await sessionOf(other, 'operator', ['SME'], 'eve'),
    await sessionOf(other, 'operator', ['SME'], 'kim'),
  ];
  const streams = await Promise.all(
    [ended, kept].map((client) => client.fetch('/ticket/ctt/events')),
  );
  const [ends, stays] = streams.map(async (stream) => {
    for await (const _ of stream.body ?? []) {
      // Only its end matters.
    }
    return 'ended' as const;
  });
  assert.equal((await end(ended.sessionId)).status, 204);
  assert.equal(await Promise.race([ends, sleep(1000)]), 'ended');
  assert.equal((await ended.get('/auth/me')).status, 401);
  assert.equal((await kept.get('/auth/me')).status, 200);
  assert.equal(await Promise.race([stays, 'open']), 'open');
  assert.equal((await end(ended.sessionId)).status, 404);
  const log = await admin.get('/auth/access-log?event=session-ended');
  const [entry] = accessLogPageSchema.parse(log.body).items;
  assert.deepEqual(
    [entry?.by?.id, entry?.detail],
    ['demo-admin', { reason: 'ended-by-admin', person: 'eve', personName: 'eve' }],
  );
  await end(kept.sessionId);
  await stays;
});
