import assert from 'node:assert/strict';
import { access, appendFile, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.ts';
import { lockDataDir } from '../../src/platform/process/data-dir-lock.ts';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';

const main = fileURLToPath(new URL('../../src/commands/import.ts', import.meta.url));
const example = fileURLToPath(new URL('../../../docs/import-example.ndjson', import.meta.url));

const runImport = (args: readonly string[], env: Record<string, string>) => {
  const { DATABASE_URL: _, ...inherited } = process.env;
  return runProgram(main, args, { ...inherited, ...env });
};

test('an import prints a summary; bad lines go to stderr and make the code 1', async () => {
  await using database = await createTestDatabase({ empty: true });
  await using folder = await tempFolder();
  const env = { DATABASE_URL: database.url };
  const first = await runImport([example], env);
  assert.equal(first.out, '7 lines read, 7 changed, 0 kept, 0 bad\n', first.err);
  assert.equal(first.code, 0);
  const file = join(folder.path, 'with-bad.ndjson');
  await copyFile(example, file);
  await appendFile(file, '{"type":"ticket"}\n');
  const second = await runImport([file], env);
  assert.equal(second.out, '8 lines read, 0 changed, 0 kept, 1 bad\n');
  assert.match(second.err, /^line 8: bad: /m);
  assert.equal(second.code, 1);
});

test('an import that cannot begin ends with code 2 and its reason', async () => {
  await using database = await createTestDatabase();
  const env = { DATABASE_URL: database.url };
  for (const [args, expected] of [
    [[], /Usage: npm run import/],
    [['--help'], /Usage/],
    [['no-such.ndjson'], /no such file/],
    [['/tmp'], /directory/],
  ] as const) {
    const { code, err } = await runImport(args, env);
    assert.equal(code, 2);
    assert.match(err, expected);
    assert.doesNotMatch(err, / at /);
  }
});

test('an import beside a running desk uses its embedded database and leaves it running', async () => {
  await using folder = await tempFolder();
  const env = { DATA_DIR: folder.path };
  const lock = await lockDataDir(folder.path);
  const desk = await startEmbeddedPostgres({
    dataDir: folder.path,
    print: () => {},
    durable: false,
  });
  const pidFile = join(desk.home, 'cluster', 'postmaster.pid');
  try {
    const { code, err, out } = await runImport([example], env);
    assert.equal(code, 0, err);
    assert.match(out, /7 changed/);
    assert.match(err, /running desk/);
    await access(pidFile);
  } finally {
    await desk.stop();
    await lock.release();
  }
  const alone = await runImport([example], env);
  assert.match(alone.out, /7 lines read, 0 changed/, alone.err);
  await assert.rejects(access(pidFile), { code: 'ENOENT' });
});
