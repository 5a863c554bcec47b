import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { access, appendFile, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.ts';
import { lockDataDir } from '../../src/platform/process/data-dir-lock.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';

const main = fileURLToPath(new URL('../../src/commands/import.ts', import.meta.url));
const example = fileURLToPath(new URL('../../../docs/import-example.ndjson', import.meta.url));

const runImport = (args: string[], env: Record<string, string>) => {
  const { DATABASE_URL: _, ...inherited } = process.env;
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env: { ...inherited, ...env } });
};

test('it migrates an empty database, prints a summary and ends with 0; bad lines go to stderr, with 1', async () => {
  await using database = await createTestDatabase({ empty: true });
  await using folder = await tempFolder();
  const env = { DATABASE_URL: database.url };
  const first = runImport([example], env);
  assert.equal(first.stdout, '7 lines read, 7 changed, 0 kept, 0 bad\n', first.stderr);
  assert.equal(first.status, 0);
  const file = join(folder.path, 'with-bad.ndjson');
  await copyFile(example, file);
  await appendFile(file, '{"type":"ticket"}\n');
  const second = runImport([file], env);
  assert.equal(second.stdout, '8 lines read, 0 changed, 0 kept, 1 bad\n');
  assert.match(second.stderr, /^line 8: bad: /m);
  assert.equal(second.status, 1);
});

test('what can not be imported at all ends with 2 and a line that says why', async () => {
  await using database = await createTestDatabase();
  const env = { DATABASE_URL: database.url };
  for (const [args, said] of [
    [[], /Usage: npm run import/],
    [['--help'], /Usage/],
    [['no-such.ndjson'], /no such file/],
    [['/tmp'], /directory/],
  ] as const) {
    const { status, stderr } = runImport([...args], env);
    assert.equal(status, 2);
    assert.match(stderr, said);
    assert.doesNotMatch(stderr, / at /);
  }
});

test('beside a running desk it uses the embedded database, and leaves it running', async () => {
  await using folder = await tempFolder();
  const env = { DATA_DIR: folder.path };
  const lock = await lockDataDir(folder.path);
  const desk = await startEmbeddedPostgres({ dataDir: folder.path, print: () => {}, durable: false });
  const pidFile = join(desk.home, 'cluster', 'postmaster.pid');
  try {
    const { status, stderr, stdout } = runImport([example], env);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /7 changed/);
    assert.match(stderr, /desk that runs/);
    await access(pidFile);
  } finally {
    await desk.stop();
    await lock.release();
  }
  const alone = runImport([example], env);
  assert.match(alone.stdout, /7 lines read, 0 changed/, alone.stderr);
  await assert.rejects(access(pidFile), { code: 'ENOENT' });
});
