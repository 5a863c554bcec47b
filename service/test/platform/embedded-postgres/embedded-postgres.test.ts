import assert from 'node:assert/strict';
import {
  chown,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import {
  type EmbeddedPostgres,
  runningEmbeddedPostgres,
  runningServer,
  startEmbeddedPostgres,
} from '../../../src/platform/embedded-postgres/embedded-postgres.ts';
import { runScript } from '../../support/script.ts';
import { tempFolder } from '../../support/temp-folder.ts';

type Running = EmbeddedPostgres & AsyncDisposable & { said: string[] };

/** Starts a server in this process, until the end of the block. */
async function start(dataDir: string, durable = false): Promise<Running> {
  const said: string[] = [];
  const postgres = await startEmbeddedPostgres({
    dataDir,
    print: (line) => said.push(line),
    durable,
  });
  return { ...postgres, said, [Symbol.asyncDispose]: postgres.stop };
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const clusterIn = (dataDir: string) => join(dataDir, 'postgres', 'cluster');
const pidFileIn = (dataDir: string) => join(clusterIn(dataDir), 'postmaster.pid');

async function runningPid(dataDir: string): Promise<number> {
  const running = await runningServer(clusterIn(dataDir));
  assert(running !== undefined, 'no server runs');
  return running.pid;
}

// Initialising a cluster is slow: each test finds this one stopped and intact, and leaves it so.
const shared = await tempFolder();
after(() => shared[Symbol.asyncDispose]());
const dataDir = join(shared.path, 'a folder with spaces', 'data');

test('the first start creates the database, the second finds its data', async () => {
  await using first = await start(dataDir);
  const [settings] = await query(
    first.url,
    `SELECT current_database() AS db, current_setting('server_encoding') AS encoding,
       current_setting('max_connections') AS connections, current_setting('shared_buffers') AS buffers`,
  );
  assert.deepEqual(settings, {
    db: 'cpe_desk',
    encoding: 'UTF8',
    connections: '100',
    buffers: '256MB',
  });
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  assert.equal(await runningServer(clusterIn(dataDir)), undefined);
  await assert.rejects(query(first.url, 'SELECT'), { code: 'ECONNREFUSED' });

  await using second = await start(dataDir);
  assert.deepEqual(await query(second.url, 'SELECT answer FROM kept'), [{ answer: 42 }]);
});

test('a server is durable, listens on loopback only and needs the password', async () => {
  await using postgres = await start(dataDir, true);
  const [settings] = await query(
    postgres.url,
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
       current_setting('full_page_writes') AS pages, current_setting('listen_addresses') AS addresses`,
  );
  assert.deepEqual(settings, { fsync: 'on', commit: 'on', pages: 'on', addresses: '127.0.0.1' });
  const wrong = new URL(postgres.url);
  wrong.password = 'guess';
  await assert.rejects(query(wrong.href, 'SELECT'), { code: '28P01' });
  if (process.platform !== 'win32') {
    assert.equal((await stat(join(postgres.home, 'password'))).mode & 0o777, 0o600);
    assert.equal((await stat(join(postgres.home, 'postgres.log'))).mode & 0o777, 0o600);
  }
});

test('a server that a killed start left running makes way for a new one on its data', async () => {
  await using killed = runScript(
    `import { startEmbeddedPostgres } from ${JSON.stringify(import.meta.resolve('../../../src/platform/embedded-postgres/embedded-postgres.ts'))};
     const options = { dataDir: ${JSON.stringify(dataDir)}, print: () => {}, durable: false };
     console.log((await startEmbeddedPostgres(options)).url);
     setInterval(() => {}, 60_000);`,
  );
  const url = await killed.line();
  const pid = await runningPid(dataDir);
  await killed.kill();
  await query(url, 'CREATE TABLE left_behind AS SELECT 9 AS answer');
  assert.equal(await runningEmbeddedPostgres(dataDir), url);

  await using next = await start(dataDir);
  assert.match(next.said.join('\n'), /Stopping PostgreSQL of an earlier start/);
  assert.notEqual(await runningPid(dataDir), pid);
  assert.deepEqual(await query(next.url, 'SELECT answer FROM left_behind'), [{ answer: 9 }]);
  await next.stop();
  assert.equal(await runningServer(clusterIn(dataDir)), undefined);
  assert.equal(await runningEmbeddedPostgres(dataDir), undefined);
});

test('a start restarts a server that was killed, with all commits', async () => {
  await using first = await start(dataDir, true);
  await query(first.url, 'CREATE TABLE committed AS SELECT 7 AS answer');
  const pid = await runningPid(dataDir);
  process.kill(pid, 'SIGKILL');
  while ((await runningServer(clusterIn(dataDir))) !== undefined);
  assert.match(await readFile(pidFileIn(dataDir), 'utf8'), new RegExp(`^${pid}\n`));

  await using second = await start(dataDir);
  assert.deepEqual(await query(second.url, 'SELECT answer FROM committed'), [{ answer: 7 }]);
});

test('a session that outlives a killed server delays the next server until it ends', async () => {
  await using first = await start(dataDir, true);
  const client = new pg.Client({ connectionString: first.url });
  client.on('error', () => {});
  await client.connect();
  const session = Number((await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid);
  process.kill(session, 'SIGSTOP');
  process.kill(await runningPid(dataDir), 'SIGKILL');
  while ((await runningServer(clusterIn(dataDir))) !== undefined);

  const next = start(dataDir);
  const log = join(dataDir, 'postgres', 'postgres.log');
  while (!(await readFile(log, 'utf8')).includes('pre-existing shared memory block'));
  process.kill(session, 'SIGCONT');
  await using second = await next;
  assert.equal((await query(second.url, 'SELECT')).length, 1);
});

for (const [left, content] of [
  [
    'names a process that is no PostgreSQL',
    `${process.pid}\n/nowhere\n1\n5432\n\n127.0.0.1\n\nready\n`,
  ],
  ['is empty', ''],
] as const) {
  test(`a postmaster.pid that ${left} does not prevent the start`, async () => {
    await writeFile(pidFileIn(dataDir), content);
    await using postgres = await start(dataDir);
    assert.equal((await query(postgres.url, 'SELECT')).length, 1);
  });
}

test('a copied folder gets its own server, not that of the original', async () => {
  await using folder = await tempFolder();
  await cp(dataDir, folder.path, { recursive: true });
  await giveTo(await stat(clusterIn(dataDir)), clusterIn(folder.path));
  await using original = await start(dataDir);
  await cp(pidFileIn(dataDir), pidFileIn(folder.path));

  await using copy = await start(folder.path);
  assert.notEqual(copy.url, original.url);
  assert.equal((await query(original.url, 'SELECT')).length, 1);
});

test('a folder that was renamed under its running server has one server still', async () => {
  await using before = await start(dataDir);
  const renamed = join(shared.path, 'renamed');
  await rename(dataDir, renamed);
  await using after = await start(renamed);
  assert.match(after.said.join('\n'), /Stopping PostgreSQL of an earlier start/);
  await assert.rejects(query(before.url, 'SELECT'), { code: 'ECONNREFUSED' });
  await after.stop();
  await rename(renamed, dataDir);
});

test('a first start that was killed is repeated', async () => {
  await using folder = await tempFolder();
  const half = join(folder.path, 'postgres', 'cluster.new');
  await mkdir(half, { recursive: true });
  await writeFile(join(half, 'PG_VERSION'), '18\n');
  await using postgres = await start(folder.path);
  assert.equal((await query(postgres.url, 'SELECT')).length, 1);
  await assert.rejects(stat(half), { code: 'ENOENT' });
});

test('the log has a limited size', async () => {
  const log = join(dataDir, 'postgres', 'postgres.log');
  await truncate(log, 11 * 1024 * 1024);
  await using _postgres = await start(dataDir);
  assert((await stat(log)).size < 100_000);
});

test('a cluster of another major version is refused and not changed', async () => {
  const file = join(clusterIn(dataDir), 'PG_VERSION');
  await writeFile(file, '17\n');
  await assert.rejects(start(dataDir), {
    code: 'postgres-version',
    message: /version 17, which is not compatible .* version 18/,
  });
  await writeFile(file, '18\n');
});

test('the error of a server that cannot start has the reason', async () => {
  const file = join(clusterIn(dataDir), 'global', 'pg_control');
  await rename(file, `${file}.away`);
  await assert.rejects(start(dataDir), { code: 'postgres-failed', message: /pg_control/ });
  await rename(`${file}.away`, file);
});

async function giveTo({ uid, gid }: { uid: number; gid: number }, folder: string): Promise<void> {
  const inside = await readdir(folder, { recursive: true });
  await Promise.all(['.', ...inside].map((name) => chown(join(folder, name), uid, gid)));
}
