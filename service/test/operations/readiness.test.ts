import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { assertProblem } from '../support/assert-problem.ts';
import { openTcpLine } from '../support/tcp-line.ts';
import { startTestDesk, type TestDesk } from '../support/test-desk.ts';
import { administer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

let desk: TestDesk;

before(async () => {
  desk = await startTestDesk();
});
after(() => desk[Symbol.asyncDispose]());

const ask = async ({ origin }: TestDesk) => {
  const answer = await fetch(`${origin}/readyz`);
  const body = z.looseObject({ detail: z.string().optional() }).parse(await answer.json());
  return { status: answer.status, headers: answer.headers, body };
};

const setReadOnly = (value: 'on' | 'off') => {
  const { pathname, username } = new URL(desk.databaseUrl);
  return administer(
    desk.ownerUrl,
    `alter role ${username} in database ${pathname.slice(1)} set default_transaction_read_only = ${value}`,
  );
};

test('a database that only reads is not ready, and says so', async () => {
  await setReadOnly('on');
  try {
    await using beside = await startTestDesk({ beside: desk, isSettling: false });
    const answer = await ask(beside);
    assertProblem(answer, 'unavailable');
    assert.equal(answer.body.detail, 'Not ready. database: it is read-only, so it accepts no writes');
  } finally {
    await setReadOnly('off');
  }
});

test('each check that finds a fault is named, and one that throws or never answers is a fault', async () => {
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

test('a ready desk shows the details that are known', async () => {
  await using beside = await startTestDesk({ beside: desk });
  const { readiness } = beside.deps;
  readiness.addDetail({ name: 'incident', value: async () => ({ since: 'today' }) });
  readiness.addDetail({ name: 'none', value: async () => undefined });
  readiness.addDetail({ name: 'broken', value: () => Promise.reject(new Error('secret')) });
  readiness.addDetail({ name: 'silent', value: () => new Promise(() => {}) });
  assert.deepEqual((await ask(beside)).body, { status: 'ready', incident: { since: 'today' } });
});

test('a database that is silent is not ready, and is again when it answers', async () => {
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
