import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { startAnchoring } from '../../src/history/anchors/start-anchoring.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { holdLock } from '../support/hold-lock.ts';
import { listen } from '../support/listen.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { deskWithAnchors } from '../support/test-anchors.ts';
import { until } from '../support/until.ts';

const bodies = statement<{ body: string }>(
  'test-records',
  'select body from history_anchor order by number',
);
const lease = statement<{ holder: string | null; posted: number }>(
  'test-lease',
  'select holder, posted from history_lease',
);
const anchorSchema = z.object({ cause: z.string(), heads: z.array(z.unknown()) });

const instances = async (stack: AsyncDisposableStack) => {
  const { desk, key, addLine, check } = await deskWithAnchors(stack);
  const faults: unknown[] = [];
  const start = async (
    times: Parameters<typeof startAnchoring>[1] = {},
    url?: string,
    prepare = async (_dataDir: string): Promise<void> => {},
  ) => {
    const dataDir = stack.use(await tempFolder()).path;
    await prepare(dataDir);
    const log = { error: (...said: unknown[]) => void faults.push(said) };
    const anchoring = startAnchoring(
      { db: desk.deps.db, key, dataDir, url, log },
      { renewEveryMs: 20, leaseMs: 1000, ...times },
    );
    stack.defer(anchoring.stop);
    return { ...anchoring, dataDir };
  };
  const causes = async () =>
    (await run(desk.db, bodies, [])).map(({ body }) => anchorSchema.parse(JSON.parse(body)).cause);
  const made = (number: number) =>
    until(`${number} records`, async () => (await causes()).length >= number);
  return { desk, addLine, check, start, causes, made, faults };
};

test('the holder of the lease anchors at its start and its stop; another instance keeps copies', async () => {
  await using stack = new AsyncDisposableStack();
  const { addLine, check, start, causes, made, faults } = await instances(stack);
  await addLine();
  const first = await start();
  await made(1);
  const second = await start();
  await delay(200);
  assert.deepEqual(await causes(), ['started'], 'the second one waits');
  await first.stop();
  await made(3);
  assert.deepEqual(await causes(), ['started', 'stopped', 'started']);
  await second.stop();
  assert.deepEqual(await causes(), ['started', 'stopped', 'started', 'stopped']);
  assert.deepEqual((await check(undefined, second.dataDir)).faults, []);
  assert.deepEqual((await check(undefined, first.dataDir)).faults, []);
  assert.deepEqual(faults, []);
});

test('the holder anchors repeatedly, with the chains that grew', async () => {
  await using stack = new AsyncDisposableStack();
  const { addLine, check, start, causes, made } = await instances(stack);
  const { stop, dataDir } = await start({ anchorEveryMs: 100 });
  await made(1);
  await addLine();
  await made(4);
  await stop();
  assert.deepEqual((await causes()).slice(0, 3), ['started', 'hour', 'hour']);
  assert.deepEqual((await check(undefined, dataDir)).faults, []);
});

test('the lease of a killed instance ends, even after a clock step back', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, start, causes, made } = await instances(stack);
  const dead = '00000000-0000-4000-8000-000000000001';
  const left = (until: string) =>
    desk.db.connection.query({
      text: `update history_lease set holder = $1, until = clock_timestamp() + $2::interval`,
      values: [dead, until],
    });
  await left('0.3 seconds');
  const first = await start();
  await made(1);
  await first.stop();
  await left('2 days');
  await start();
  await made(3);
  assert.deepEqual(await causes(), ['started', 'stopped', 'started']);
});

test('the holder posts records, including those that the previous holder could not post', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, start, made, faults } = await instances(stack);
  let status = 503;
  let taken = 0;
  const place = stack.use(
    await listen(
      createServer((request, response) => {
        request.resume();
        if (status === 201) taken += 1;
        response.writeHead(status).end();
      }),
    ),
  );
  const first = await start({}, place.url);
  await until('a fault', async () => faults.length > 0);
  assert.match(JSON.stringify(faults.map(String)), /anchoring the history failed/);
  await first.stop();
  status = 201;
  await start({}, place.url);
  await made(3);
  await until('all are posted', async () => (await run(desk.db, lease, []))[0]?.posted === 3);
  assert.equal(taken, 3);
});

test('a lasting fault is reported once', async () => {
  await using stack = new AsyncDisposableStack();
  const { start, faults } = await instances(stack);
  // No record can be copied, since a file is in place of the folder. The lease is renewed.
  await start({}, undefined, (dataDir) => writeFile(join(dataDir, 'history-anchors'), ''));
  await until('a fault', async () => faults.length > 0);
  // About thirty renewals later.
  await delay(600);
  assert.equal(faults.length, 1, JSON.stringify(faults));
});

test('a stop ends in time although the database does not answer', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, start, made } = await instances(stack);
  const { stop } = await start({ stopWithinMs: 300 });
  await made(1);
  const lock = await holdLock(desk.db, 'lock table history_anchor');
  try {
    const ended = await Promise.race([stop().then(() => true), delay(3000, false)]);
    assert.equal(ended, true);
  } finally {
    await lock.release();
  }
});
