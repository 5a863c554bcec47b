import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { assertProblem } from '../support/assert-problem.ts';
import { startTestDesk, type TestDesk, useDesk } from '../support/desk.ts';
import { setReadOnly } from '../support/set-read-only.ts';
import { openTcpLine } from '../support/tcp-line.ts';
import { until } from '../support/until.ts';

const desk = await useDesk();

const ask = async ({ origin }: TestDesk) => {
  const answer = await fetch(`${origin}/readyz`);
  const body = z.looseObject({ detail: z.string().optional() }).parse(await answer.json());
  return { status: answer.status, headers: answer.headers, body };
};

test('a desk on a read-only database is not ready, with the reason', async () => {
  await setReadOnly(desk, 'on');
  try {
    await using beside = await startTestDesk({ beside: desk, isSettling: false });
    const answer = await ask(beside);
    assertProblem(answer, 'unavailable');
    assert.equal(
      answer.body.detail,
      'Not ready. database: it is read-only, so it accepts no writes',
    );
  } finally {
    await setReadOnly(desk, 'off');
  }
});

test('a desk that is not ready names each fault, even of a check that fails', async () => {
  await using beside = await startTestDesk({ beside: desk });
  const { readiness } = beside.deps;
  readiness.addCheck({ name: 'well', fault: async () => undefined });
  readiness.addCheck({ name: 'ill', fault: async () => 'it is ill' });
  readiness.addCheck({ name: 'broken', fault: () => Promise.reject(new Error('secret')) });
  readiness.addCheck({ name: 'silent', fault: () => new Promise(() => {}) });
  const answer = await ask(beside);
  assertProblem(answer, 'unavailable');
  assert.equal(
    answer.body.detail,
    'Not ready. ill: it is ill. broken: cannot be checked. silent: does not answer within 2 s',
  );
});

test('a ready desk shows the known details', async () => {
  await using beside = await startTestDesk({ beside: desk });
  const { readiness } = beside.deps;
  readiness.addDetail({ name: 'incident', value: async () => ({ since: 'today' }) });
  readiness.addDetail({ name: 'none', value: async () => undefined });
  readiness.addDetail({ name: 'broken', value: () => Promise.reject(new Error('secret')) });
  readiness.addDetail({ name: 'silent', value: () => new Promise(() => {}) });
  assert.deepEqual((await ask(beside)).body, { status: 'ready', incident: { since: 'today' } });
});

test('a desk is not ready while its database is silent', async () => {
  await using line = await openTcpLine(desk.databaseUrl);
  await using beside = await startTestDesk({ beside: { ...desk, databaseUrl: line.url } });
  assert.equal((await ask(beside)).status, 200);
  line.pause();
  const answer = await ask(beside);
  assertProblem(answer, 'unavailable');
  assert.match(answer.body.detail ?? '', /^Not ready\. database: it does not answer/);
  assert.equal((await fetch(`${beside.origin}/healthz`)).status, 200);
  line.resume();
  await until('the desk is ready again', async () => (await ask(beside)).status === 200);
});
