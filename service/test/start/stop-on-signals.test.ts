import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServiceProcess, startServiceProcess } from '../faults/service-process.ts';
import { openNig } from '../support/ground.ts';
import { openTcpLine } from '../support/tcp-line.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { addTestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';
import { sendUpdate } from '../support/updates.ts';

const CLIENTS = 8;
const PROBE_EVERY_MS = 100;

/** A database and a NIG, and how to start instances on them. */
const ground = async (stack: AsyncDisposableStack) => {
  const database = stack.use(await createTestDatabase());
  const nig = await openNig(stack);
  const start = async (settings: Record<string, string>, url = database.applicationUrl) =>
    stack.use(
      await startServiceProcess({
        database: { url: database.url, applicationUrl: url },
        nigUrl: nig.url,
        nigTimeoutMs: 2000,
        settings,
      }),
    );
  return { database, start };
};

const statusOf = (url: string): Promise<number> =>
  fetch(url).then(
    ({ status }) => status,
    () => 0,
  );

/** A balancer that probes each instance, and the failures of its callers. */
const balance = (instances: ServiceProcess[], lines: readonly { id: string }[]) => {
  const ready = new Set<ServiceProcess>();
  const failures: string[] = [];
  let isOver = false;
  let answered = 0;
  const probe = async (): Promise<void> => {
    while (!isOver) {
      for (const instance of [...instances])
        if ((await statusOf(`${instance.origin}/readyz`)) === 200) ready.add(instance);
        else ready.delete(instance);
      for (const instance of ready) if (!instances.includes(instance)) ready.delete(instance);
      await sleep(PROBE_EVERY_MS);
    }
  };
  const work = async (number: number): Promise<void> => {
    const line = lines[number];
    assert.ok(line);
    for (let n = 0; !isOver; n++) {
      const all = [...ready];
      const instance = all[n % all.length];
      if (instance === undefined) {
        await sleep(PROBE_EVERY_MS);
        continue;
      }
      try {
        const ipAddress = `10.${100 + number}.0.${1 + (n % 250)}`;
        const { status } = await sendUpdate(instance.operator, line.id, { ipAddress });
        answered++;
        if (status !== 200) failures.push(`status ${status}`);
      } catch (error) {
        failures.push(String(error instanceof Error ? (error.cause ?? error) : error));
      }
    }
  };
  const all = [probe(), ...Array.from({ length: CLIENTS }, (_, n) => work(n))];
  return {
    failures,
    answered: () => answered,
    isReady: (instance: ServiceProcess) => ready.has(instance),
    async end() {
      isOver = true;
      await Promise.all(all);
    },
  };
};

test('a rolling restart under load fails no request', async () => {
  await using stack = new AsyncDisposableStack();
  const { database, start } = await ground(stack);
  const startOne = () => start({ SHUTDOWN_GRACE_S: '2' });
  const instances = [await startOne(), await startOne()];
  const lines = [];
  for (let n = 0; n < CLIENTS; n++) lines.push(await addTestLine(database.pool));
  const balancer = balance(instances, lines);
  for (const old of [...instances]) {
    await until('both instances are ready', async () => instances.every(balancer.isReady));
    const before = balancer.answered();
    await until('requests are answered', async () => balancer.answered() > before + 20);
    old.signal('SIGTERM');
    assert.equal(await old.ended, 0);
    instances[instances.indexOf(old)] = await startOne();
  }
  await balancer.end();
  assert.deepEqual(balancer.failures, []);
  assert.ok(balancer.answered() > 40, `${balancer.answered()} requests were answered`);
});

test('an instance that drains is not ready, answers other requests and closes its connections', async () => {
  await using stack = new AsyncDisposableStack();
  const { start } = await ground(stack);
  const instance = await start({ SHUTDOWN_GRACE_S: '600' });
  instance.signal('SIGTERM');
  await until('it is not ready', async () => (await statusOf(`${instance.origin}/readyz`)) === 503);
  const answer = await fetch(`${instance.origin}/healthz`);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('connection'), 'close');
  // npm repeats a signal at once, which does not count as a second one.
  instance.signal('SIGTERM');
  await sleep(1500);
  assert.equal((await fetch(`${instance.origin}/healthz`)).status, 200);
  instance.signal('SIGTERM');
  assert.equal(await instance.ended, 0);
});

test('SIGINT does not wait for the balancer', async () => {
  await using stack = new AsyncDisposableStack();
  const { start } = await ground(stack);
  const instance = await start({ SHUTDOWN_GRACE_S: '600' });
  instance.signal('SIGINT');
  assert.equal(await instance.ended, 0);
});

test('an instance stops while the database is silent', async () => {
  await using stack = new AsyncDisposableStack();
  const { database, start } = await ground(stack);
  const line = stack.use(await openTcpLine(database.applicationUrl));
  const instance = await start({}, line.url);
  line.pause();
  instance.signal('SIGTERM');
  const code = await instance.ended;
  assert.ok(code === 0 || code === 1, `${code}`);
});
