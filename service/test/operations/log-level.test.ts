import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { afterEach, test } from 'node:test';
import { accessLogPageSchema, logLevelStateSchema } from '@cpe-desk/contract';
import { pino } from 'pino';
import { assertProblem } from '../support/assert-problem.ts';
import { useDesk } from '../support/desk.ts';
import { until } from '../support/until.ts';

const said: { requestId?: string; msg: string }[] = [];
const destination = new Writable({
  write(chunk, _, done) {
    said.push(JSON.parse(String(chunk)));
    done();
  },
});
const desk = await useDesk({ log: pino({ level: 'error' }, destination) });
const nowhere = new Writable({ write: (_, __, done) => done() });
const beside = await useDesk({ beside: desk, log: pino({ level: 'error' }, nowhere) });
const { admin } = desk;

const levelOf = async (at: typeof desk) =>
  logLevelStateSchema.parse((await at.admin.get('/admin/log-level')).body);
const linesOf = (requestId: string) => said.filter((line) => line.requestId === requestId);
afterEach(() => admin.put('/admin/log-level', { level: 'error' }));

test('an admin sets the level of every running instance; requests are logged at once', async () => {
  await admin.get('/policy/hold', { 'x-request-id': 'before-1' });
  const set = await admin.put('/admin/log-level', { level: 'info', minutes: 30 });
  const { level, usual, until: end } = logLevelStateSchema.parse(set.body);
  assert.deepEqual([level, usual], ['info', 'error']);
  assert.ok(end !== null && Date.parse(end) > Date.now());
  await until('the other instance heard it', async () => (await levelOf(beside)).level === 'info');
  await admin.get('/policy/hold', { 'x-request-id': 'after-1' });
  await until('its line', async () => linesOf('after-1').length === 1);
  assert.deepEqual(linesOf('before-1'), []);
  const log = await admin.get('/auth/access-log?event=log-level-set&limit=1');
  const [entry] = accessLogPageSchema.parse(log.body).items;
  assert.deepEqual([entry?.by?.id, entry?.detail], ['demo-admin', { level: 'info', minutes: 30 }]);
});

test('others may not, and a wrong level or time is named', async () => {
  const body = { level: 'debug' };
  assertProblem(await desk.supervisor.put('/admin/log-level', body), 'forbidden');
  assertProblem(await desk.supervisor.get('/admin/log-level'), 'forbidden');
  for (const [wrong, pointer] of [
    [{ level: 'loud' }, '/level'],
    [{ level: 'debug', minutes: 0 }, '/minutes'],
    [{ level: 'debug', minutes: 100_000 }, '/minutes'],
  ] as const) {
    const { errors } = assertProblem(
      await admin.put('/admin/log-level', wrong),
      'malformed-request',
    );
    assert.equal((errors as { pointer: string }[])[0]?.pointer, pointer);
  }
  assert.equal((await levelOf(desk)).level, 'error');
});
