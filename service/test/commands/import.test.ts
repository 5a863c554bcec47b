import assert from 'node:assert/strict';
import { access, appendFile, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../src/platform/database/database.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.ts';
import { lockDataDir } from '../../src/platform/process/data-dir-lock.ts';
import { findModel } from '../support/find-model.ts';
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
  assert.equal(second.out, '8 lines read, 0 changed, 0 kept, 1 bad\nmissing-member: 6\n');
  assert.match(second.err, /^line 8: bad: /m);
  assert.equal(second.code, 1);
});

test('a dry run says what would change; a text in Windows-1252 needs its encoding', async () => {
  await using database = await createTestDatabase();
  await using folder = await tempFolder();
  const env = { DATABASE_URL: database.url };
  const file = join(folder.path, 'elements.csv');
  const csv = 'Type,ID,Kind,Name,colour\r\nnetworkElement,s-1,SPLITTER,Zürich,red\r\n';
  await writeFile(file, csv, 'latin1');
  const wrong = await runImport([file], env);
  assert.match(wrong.err, /^line 2: bad: It has bytes that are not UTF-8/m);
  const right = ['--encoding', 'windows-1252', file];
  const dry = await runImport(['--dry-run', ...right], env);
  assert.equal(dry.out, '1 lines read, 1 would change, 0 kept, 0 bad\n');
  assert.equal(
    dry.err,
    'unknown member networkElement.colour: left out on 1 lines, first on line 2\n',
  );
  assert.equal((await runImport(right, env)).out, '1 lines read, 1 changed, 0 kept, 0 bad\n');
});

test('an import of models adds them, fills in facts, and names bad lines', async () => {
  await using database = await createTestDatabase({ empty: true });
  await using folder = await tempFolder();
  const env = { DATABASE_URL: database.url };
  const file = join(folder.path, 'models.csv');
  const lines = [
    'manufacturer,model,access,max_port_kbps,aliases',
    'nokia,TEST-240,GPON,1000000,TEST240|TEST 240',
    'Huawei,HG8245HV5,,,HG8245H5',
    'ZTE,TEST-660,fibre,,',
    'ZTE,,gpon,,',
    'Nokia,test-240,,,',
    'Nokia,TEST-241,,0,',
  ];
  await writeFile(file, `\uFEFF${lines.join('\r\n')}`);
  const { out, err, code } = await runImport(['--models', file], env);
  assert.equal(out, '6 models read, 1 added, 0 changed, 4 bad\n', err);
  assert.equal(code, 1);
  for (const bad of [/^line 4: bad: access: .*"gpon"/m, /^line 5: bad: model: /m])
    assert.match(err, bad);
  assert.match(err, /^line 6: bad: the same model as in line 2$/m);
  assert.match(err, /^line 7: bad: max_port_kbps: /m);
  await using db = openDatabase(database.url, { max: 1, log: { warn: () => {} } });
  const found = await Promise.all(
    ['test240', 'Test-240'].map((model) => findModel(db, 'Nokia', model)),
  );
  assert.deepEqual(
    found.map((model) => [model?.manufacturer, model?.model, model?.access]),
    Array(2).fill(['Nokia', 'TEST-240', 'gpon']),
  );
  const known = await findModel(db, 'huawei', 'hg8245h5');
  assert.deepEqual([known?.model, known?.access], ['HG8245Hv5', 'gpon']);
  const again = await runImport(['--models', file], env);
  assert.equal(again.out, '6 models read, 0 added, 0 changed, 4 bad\n');
  await writeFile(file, 'manufacturer,model\n"Nokia');
  const broken = await runImport(['--models', file], env);
  assert.deepEqual(
    [broken.code, broken.err],
    [2, 'Quote Not Closed: the parsing is finished with an opening quote at line 2\n'],
  );
});

test('an import that cannot begin ends with code 2 and its reason', async () => {
  await using database = await createTestDatabase();
  const env = { DATABASE_URL: database.url };
  for (const [args, expected] of [
    [[], /Usage: npm run import/],
    [['--help'], /Usage/],
    [['--encoding', 'latin9', 'x.csv'], /Usage/],
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
