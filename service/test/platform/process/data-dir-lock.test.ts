import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { lockDataDir } from '../../../src/platform/process/data-dir-lock.ts';
import { StartError } from '../../../src/platform/process/start-error.ts';
import { runScript } from '../../support/script.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A start in another process: it prints `locked`, or its error, and stays. */
function startElsewhere(dataDir: string) {
  return runScript(
    `import { lockDataDir } from ${JSON.stringify(import.meta.resolve('../../../src/platform/process/data-dir-lock.ts'))};
     setInterval(() => {}, 60_000);
     try { await lockDataDir(${JSON.stringify(dataDir)}); console.log('locked'); }
     catch (error) { console.log(error.code); }`,
  );
}

test('the error of a second start names the running desk and what to do', async () => {
  await using folder = await tempFolder();
  const dataDir = folder.path;
  const before = new Date().toISOString();
  const lock = await lockDataDir(dataDir);
  await lock.update({ address: 'http://127.0.0.1:8080' });
  await assert.rejects(lockDataDir(dataDir), (error) => {
    assert(error instanceof StartError);
    assert.equal(error.code, 'data-dir-in-use');
    assert.match(error.message, new RegExp(`process ${process.pid}, since (\\S+Z)\\.`));
    assert((/since (\S+Z)/.exec(error.message)?.[1] ?? '') >= before);
    assert.match(error.message, /http:\/\/127\.0\.0\.1:8080/);
    assert.match(error.message, new RegExp(`kill ${process.pid}`));
    assert.match(error.message, /another DATA_DIR/);
    return true;
  });
  await lock.release();
});

test('of many starts at the same time one gets the folder', async () => {
  await using folder = await tempFolder();
  const dataDir = join(folder.path, 'made', 'by the start');
  await using running = new AsyncDisposableStack();
  const starts = Array.from({ length: 6 }, () => running.use(startElsewhere(dataDir)));
  const answers = await Promise.all(starts.map((start) => start.line()));
  assert.deepEqual(answers.sort(), [...Array(5).fill('data-dir-in-use'), 'locked']);
});

test('kill -9 of the holder frees the folder at once', async () => {
  await using folder = await tempFolder();
  const dataDir = folder.path;
  await using holder = startElsewhere(dataDir);
  assert.equal(await holder.line(), 'locked');
  await assert.rejects(lockDataDir(dataDir), { code: 'data-dir-in-use' });
  await holder.kill();
  await (await lockDataDir(dataDir)).release();
});

test('a lock stays although its holder keeps no reference to it', async () => {
  await using folder = await tempFolder();
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc');
  await lockDataDir(folder.path);
  await new Promise(setImmediate);
  collectGarbage();
  await assert.rejects(lockDataDir(folder.path), { code: 'data-dir-in-use' });
});

test('a release frees the folder once, and removes the facts of the holder', async () => {
  await using folder = await tempFolder();
  const dataDir = folder.path;
  const first = await lockDataDir(dataDir);
  await first.release();
  const second = await lockDataDir(dataDir);
  await first.release();
  await assert.rejects(lockDataDir(dataDir), { code: 'data-dir-in-use' });
  await second.release();
  assert.deepEqual(await readdir(dataDir), ['lock']);
});

test('the facts of a killed holder do not lock the folder, even if its pid is in use again', async () => {
  await using folder = await tempFolder();
  const dataDir = folder.path;
  const left = { pid: process.ppid, since: '2026-01-01T00:00:00.000Z' };
  await writeFile(join(dataDir, 'running.json'), JSON.stringify(left));
  await (await lockDataDir(dataDir)).release();
});

test('the error of a second start says when the first is still starting', async () => {
  await using folder = await tempFolder();
  const dataDir = folder.path;
  const lock = await lockDataDir(dataDir);
  const dead = spawnSync(process.execPath, ['--version']).pid;
  const left = { pid: dead, since: '2026-01-01T00:00:00.000Z' };
  for (const content of [JSON.stringify(left), 'half a li']) {
    await writeFile(join(dataDir, 'running.json'), content);
    await assert.rejects(lockDataDir(dataDir), /Another start on .* is in progress/);
  }
  await lock.release();
});
