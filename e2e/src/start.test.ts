import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until } from '../../service/test/support/until.ts';
import { launch, newPlace, startDesk } from './desk.ts';

const shell = promisify(execFile);

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** Where all tests but the last start: the first prepares the database, the others find it. */
const place = await newPlace();
after(() => place[Symbol.asyncDispose]());

test('a start says what it waits for, where the desk is, who to sign in as, and a curl line that works', async () => {
  await using desk = await startDesk(place);
  const said = desk.said();
  for (const awaited of [
    'Preparing the database',
    'Starting PostgreSQL',
    'demo data',
    'NIG simulator',
  ])
    assert.ok(said.includes(awaited), `${awaited} is missing in\n${said}`);
  assert.ok(said.includes(desk.origin) && said.includes('demo-operator'), said);
  const line = /^Try\s+(curl .*)$/m.exec(said)?.[1];
  assert.ok(line, said);
  const { stdout } = await shell('sh', ['-c', `${line} --silent`]);
  assert.equal(JSON.parse(stdout).id, 'ctt-000001');
  const page = await fetch(desk.origin, { headers: { accept: 'text/html' } });
  assert.match(await page.text(), /<title>CPE Desk/);
  assert.equal(await desk.stop('SIGINT'), 0);
  assert.deepEqual(
    [await isListening(place.port), await isListening(place.nigPort)],
    [false, false],
  );
});

test('a start after kill -9 works, with the data of before', async () => {
  await (await startDesk(place)).stop('SIGKILL');
  await using desk = await startDesk(place);
  assert.equal((await fetch(`${desk.origin}/readyz`)).status, 200);
  assert.doesNotMatch(desk.said(), /Preparing the database/);
  assert.equal(await desk.stop(), 0);
});

test('a second start on one DATA_DIR ends with a message that names the first, which goes on', async () => {
  await using desk = await startDesk(place);
  const { child, said } = launch({ ...place, port: place.port + 1 });
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(code, 1);
  assert.ok(said().includes(place.dataDir) && said().includes(desk.origin), said());
  assert.doesNotMatch(said(), /\n\s+at /);
  assert.equal((await fetch(`${desk.origin}/readyz`)).status, 200);
});

test('a wrong setting stops the start with a message that names the variable', async () => {
  for (const [name, value] of [
    ['NIG_TIMEOUT_MS', 'soon'],
    ['CPE_ALLOWED_PREFIXES', '10.0.0.0/99'],
    ['EDITABLE_SEGMENT_GROUPS', 'ALL'],
    ['HOST', '0.0.0.0'],
  ] as const) {
    const { child, said } = launch(place, { [name]: value });
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(code, 1, name);
    assert.ok(said().startsWith(`${name}: `), said());
  }
});

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  test(`${signal} to npm start stops everything`, async (t) => {
    const npm = spawn('npm', ['start'], {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      // A group of its own, as a supervisor gives it: the signal reaches npm only.
      detached: true,
      stdio: 'ignore',
      env: {
        ...process.env,
        PORT: String(place.port),
        NIG_PORT: String(place.nigPort),
        DATA_DIR: place.dataDir,
      },
    });
    t.after(() => npm.exitCode ?? npm.signalCode ?? process.kill(-Number(npm.pid), 'SIGKILL'));
    await until('the desk listens', () => isListening(place.port), 120_000);
    const ended = once(npm, 'exit');
    npm.kill(signal);
    await ended;
    assert.deepEqual(
      [await isListening(place.port), await isListening(place.nigPort)],
      [false, false],
    );
    await assert.rejects(access(join(place.dataDir, 'running.json')), /ENOENT/);
  });

test('Ctrl-C during the start stops what was started', async () => {
  await using place = await newPlace();
  const { child, said } = launch(place);
  child.stdout.on('data', () => {
    if (said().includes('Starting PostgreSQL')) child.kill('SIGINT');
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(code, 0, said());
  assert.equal(await isListening(place.port), false);
});
