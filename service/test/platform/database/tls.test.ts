import assert from 'node:assert/strict';
import { chown, copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { readConfig } from '../../../src/config/config.ts';
import {
  one,
  openDatabase,
  type Pool,
  run,
  statement,
} from '../../../src/platform/database/database.ts';
import { pemPath } from '../../nig/https-nig.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { administer, startTestServer } from '../../support/test-server.ts';
import { atEnd, untilEnd } from '../../support/until-end.ts';

/* A PostgreSQL that takes connections over TLS only, from clients with a certificate. */

const folder = untilEnd(await tempFolder());
const server = await startTestServer({ durable: true });
atEnd(server.stop);
const { home = '' } = server;

const selectTls = statement<{ is_tls: boolean }>(
  'test-select-tls',
  'select ssl as is_tls from pg_stat_ssl where pid = pg_backend_pid()',
);

const setPassword = statement<never>('test-set-password', "alter role rotated password 'second'");

before(async () => {
  await administer(server.adminUrl, "create role rotated login password 'first'");
  const cluster = join(home, 'cluster');
  const owner = await stat(cluster);
  const give = async (name: string, content: Buffer | string) => {
    const file = join(cluster, name);
    await writeFile(file, content, { mode: 0o600 });
    await chown(file, owner.uid, owner.gid);
  };
  await give('server.crt', await readFile(pemPath('server')));
  await give('server.key', await readFile(pemPath('server-key')));
  await give('root.crt', await readFile(pemPath('ca')));
  await administer(server.adminUrl, "alter system set ssl_ca_file = 'root.crt'");
  await administer(server.adminUrl, 'alter system set ssl = on');
  await give('pg_hba.conf', 'hostssl all all all scram-sha-256 clientcert=verify-ca\n');
  await administer(server.adminUrl, 'select pg_reload_conf()');
});

type Files = { ca: string; cert?: string; host?: string; role?: string; password?: string };

/** The database as a desk with these files reaches it. */
const databaseWith = ({ ca, cert, host = '127.0.0.1', role, password }: Files): Pool => {
  const url = new URL(server.adminUrl);
  url.hostname = host;
  if (role) Object.assign(url, { username: role, password: '' });
  url.searchParams.set('sslmode', 'verify-full');
  const read = readConfig({
    DATABASE_URL: url.href,
    DATABASE_CA_FILE: ca,
    ...(cert && { DATABASE_CERT_FILE: cert, DATABASE_KEY_FILE: `${cert}-key` }),
    ...(password && { DATABASE_PASSWORD_FILE: password }),
  });
  assert.ok(read.ok);
  return openDatabase(read.config.DATABASE_URL ?? '', { max: 1, log: { warn() {} } });
};

const isReached = async (files: Files): Promise<boolean> => {
  await using db = databaseWith(files);
  return (await one(db, selectTls, [])).is_tls;
};

const certificate = async (name: string, from: string): Promise<string> => {
  const file = join(folder.path, name);
  await copyFile(pemPath(from), file);
  await copyFile(pemPath(`${from}-key`), `${file}-key`);
  return file;
};

test('the certificate of the server is verified, by authority and by name', async () => {
  const cert = await certificate('desk', 'client');
  assert.equal(await isReached({ ca: pemPath('ca'), cert }), true);
  await assert.rejects(isReached({ ca: pemPath('other-ca'), cert }), /certificate/);
  await assert.rejects(
    isReached({ ca: pemPath('ca'), cert, host: 'localhost' }),
    /does not match certificate's altnames/,
  );
});

test('the certificate of the desk is shown, and read again when it changes', async () => {
  const ca = pemPath('ca');
  await assert.rejects(isReached({ ca }), /certificate/);
  const cert = await certificate('rotated', 'stranger');
  await assert.rejects(isReached({ ca, cert }));
  await certificate('rotated', 'client');
  assert.equal(await isReached({ ca, cert }), true);
});

test('a password comes from its file at each connection, so it changes without a restart', async () => {
  const cert = await certificate('of-role', 'client');
  const password = join(folder.path, 'password');
  const files = { ca: pemPath('ca'), cert };
  const isSignedIn = () => isReached({ ...files, role: 'rotated', password });
  await writeFile(password, 'first\n');
  assert.equal(await isSignedIn(), true);
  await using owner = databaseWith(files);
  await run(owner, setPassword, []);
  await assert.rejects(isSignedIn(), /password authentication failed/);
  await writeFile(password, 'second\n');
  assert.equal(await isSignedIn(), true);
});
