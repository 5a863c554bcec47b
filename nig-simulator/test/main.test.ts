import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { clientOf, temporaryFile, until, updateOf } from './testing.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const timeout = 60_000;

type Environment = Record<string, string>;

const spawnNode = (
  t: TestContext,
  script: string,
  env: Environment,
  prelude = '',
): ChildProcess => {
  const child = spawn('/bin/sh', ['-c', `${prelude} exec "$0" "$1"`, process.execPath, script], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
};

const firstLineOf = async (child: ChildProcess): Promise<string> => {
  assert.ok(child.stdout);
  for await (const line of createInterface(child.stdout)) return line;
  return assert.fail(`the process ended without a line, with ${child.exitCode}`);
};

const startProcess = async (t: TestContext, dataFile: string, prelude?: string) => {
  const child = spawnNode(t, MAIN, { NIG_PORT: '0', NIG_DATA_FILE: dataFile }, prelude);
  const line = await firstLineOf(child);
  const [, origin] = /^nig-simulator listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line) ?? [];
  assert.ok(origin, line);
  return { ...clientOf(origin), child };
};

/** The end of a process that cannot start. */
const endOf = async (t: TestContext, env: Environment) => {
  const child = spawnNode(t, MAIN, env);
  let output = '';
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, output };
};

/** A zombie counts as gone: in a container no process may collect it. */
const isRunning = async (pid: number): Promise<boolean> => {
  try {
    process.kill(pid, 0);
  } catch {
    // ESRCH: signal 0 to a process of the same user fails in no other way.
    return false;
  }
  if (process.platform !== 'linux') return true;
  // The process may end between the two checks.
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tZ');
  return !/^State:\tZ/m.test(status);
};

test('answered updates survive kill -9 among many updates', { timeout }, async (t) => {
  const dataFile = await temporaryFile(t);
  const before = await startProcess(t, dataFile);
  const answered = new Map<string, unknown>();
  const sendUntilKilled = async (sender: number): Promise<void> => {
    for (let n = 0; ; n++) {
      const id = `u${sender}-${n}`;
      const reply = await before.put(`/cpe-updates/${id}`, updateOf(id)).catch(() => undefined);
      if (reply === undefined) return;
      answered.set(id, reply.body);
      if (answered.size === 100) before.child.kill('SIGKILL');
    }
  };
  await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(sendUntilKilled));

  const after = await startProcess(t, dataFile);
  assert.ok(answered.size >= 100, `${answered.size} were answered`);
  for (const [id, body] of answered) {
    assert.deepEqual(await after.get(`/cpe-updates/${id}`), { status: 200, body });
    assert.equal((await after.get(`/cpes/${id}`)).status, 200);
  }
  const references = [
    ...answered.values(),
    (await after.put('/cpe-updates/next', updateOf('next'))).body,
  ];
  assert.equal(new Set(references.map((body) => JSON.stringify(body))).size, references.length);
});

test('an update that does not fit on the disk is refused; others are accepted', {
  timeout,
}, async (t) => {
  const dataFile = await temporaryFile(t);
  // The largest file that the process may write: 8 or 16 KiB, depending on the shell.
  const full = await startProcess(t, dataFile, 'ulimit -f 16;');
  assert.equal((await full.put('/cpe-updates/u1', updateOf('L1'))).status, 201);
  assert.equal(
    (await full.put('/cpe-updates/u2', updateOf('L2', 'x'.repeat(100_000)))).status,
    500,
  );
  assert.equal((await full.get('/cpe-updates/u2')).status, 404);
  assert.equal((await full.put('/cpe-updates/u3', updateOf('L3'))).status, 201);
  full.child.kill('SIGKILL');

  const after = await startProcess(t, dataFile);
  assert.equal((await after.get('/cpe-updates/u1')).status, 200);
  assert.equal((await after.get('/cpe-updates/u3')).status, 200);
  assert.equal((await after.put('/cpe-updates/u2', updateOf('L2'))).status, 201);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends the simulator with code 0, even while a request hangs`, {
    timeout,
  }, async (t) => {
    const { child, put, lastSeen } = await startProcess(t, await temporaryFile(t));
    await put('/faults', { mode: 'hang' });
    const hanging = put('/cpe-updates/u1', updateOf('L1')).catch(() => 'cut off');
    await until(async () => (await lastSeen())?.outcome === 'not-applied');
    child.kill(signal);
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.equal(await hanging, 'cut off');
  });
}

const PARENT = `
  import { fork } from 'node:child_process';
  const child = fork(process.env.NIG_MAIN, { stdio: 'ignore' });
  child.on('message', ({ port }) => console.log(JSON.stringify({ port, pid: child.pid })));
`;

test('the simulator reports its port to its parent, and ends when the parent is killed', {
  timeout,
}, async (t) => {
  const dataFile = await temporaryFile(t);
  const script = join(dirname(dataFile), 'parent.mjs');
  await writeFile(script, PARENT);
  const parent = spawnNode(t, script, { NIG_MAIN: MAIN, NIG_PORT: '0', NIG_DATA_FILE: dataFile });
  const { port, pid } = JSON.parse(await firstLineOf(parent));
  assert.equal((await clientOf(`http://127.0.0.1:${port}`).get('/healthz')).status, 200);
  assert.equal(await isRunning(pid), true);
  parent.kill('SIGKILL');
  await until(async () => !(await isRunning(pid)));
});

test('a wrong setting or a port in use stops the start with the name of the variable', {
  timeout,
}, async (t) => {
  const dataFile = await temporaryFile(t);
  const wrong = await endOf(t, { NIG_PORT: '70000', NIG_DATA_FILE: dataFile });
  assert.deepEqual(wrong, {
    code: 1,
    output: 'nig-simulator: NIG_PORT is "70000", but must be a whole number from 0 to 65535\n',
  });

  const taker = createServer().listen(0, '127.0.0.1');
  t.after(() => taker.close());
  await once(taker, 'listening');
  const address = taker.address();
  const taken = String(typeof address === 'object' ? address?.port : address);
  const second = await endOf(t, { NIG_PORT: taken, NIG_DATA_FILE: dataFile });
  assert.equal(second.code, 1);
  assert.match(second.output, new RegExp(`NIG_PORT ${taken}: .*EADDRINUSE`));

  await writeFile(dataFile, 'not a journal\n');
  const spoilt = await endOf(t, { NIG_PORT: '0', NIG_DATA_FILE: dataFile });
  assert.equal(spoilt.code, 1);
  assert.match(spoilt.output, /NIG_DATA_FILE cannot be used: .*, line 1: /);
});
