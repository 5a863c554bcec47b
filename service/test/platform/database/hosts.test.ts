import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../../../src/platform/database/connect.ts';
import { one, openDatabase, statement } from '../../../src/platform/database/database.ts';
import { databaseFault } from '../../../src/platform/database/errors.ts';
import {
  hostsOf,
  PortsError,
  WANTED,
  withHostsInQuery,
} from '../../../src/platform/database/hosts.ts';
import { waitForDatabase } from '../../../src/platform/database/wait-for-database.ts';
import { freePort } from '../../support/free-port.ts';
import { startReplicatedServer } from '../../support/standby-server.ts';
import { until } from '../../support/until.ts';
import { atEnd } from '../../support/until-end.ts';

/* The addresses of libpq with several hosts, on a primary and its streaming standby. */

const server = await startReplicatedServer();
atEnd(server.stop);

const selectPort = statement<{ port: number; is_standby: boolean }>(
  'test-select-port',
  'select inet_server_port() as port, pg_is_in_recovery() as is_standby',
);

const portOf = (url: string) => Number(new URL(url).port);
const primaryPort = portOf(server.adminUrl);
const standbyPort = portOf(server.standby.at(server.adminUrl));

/** The server's address with these ports of this machine. */
const addressOf = (ports: readonly number[], wanted: string): string => {
  const url = new URL(server.adminUrl);
  const hosts = ports.map((port) => `127.0.0.1:${port}`).join();
  return withHostsInQuery(
    `postgres://postgres:${url.password}@${hosts}${url.pathname}?${WANTED}=${wanted}`,
  );
};

const portReached = async (ports: readonly number[], wanted: string): Promise<number> => {
  await using db = openDatabase(addressOf(ports, wanted), { max: 1, log: { warn() {} } });
  return (await one(db, selectPort, [])).port;
};

test('hosts of an authority go to the query, as libpq reads them', () => {
  const hosts = (address: string) => hostsOf(new URL(withHostsInQuery(address)));
  assert.deepEqual(hosts('postgres://desk:x@a:5433,b/db?sslmode=verify-full'), [
    { host: 'a', port: '5433' },
    { host: 'b', port: '5432' },
  ]);
  assert.deepEqual(hosts('postgresql://desk@[2001:db8::1]:6432,db.example/db'), [
    { host: '2001:db8::1', port: '6432' },
    { host: 'db.example', port: '5432' },
  ]);
  assert.deepEqual(hosts('postgres://desk@x/db?host=a,b&port=1'), [
    { host: 'a', port: '1' },
    { host: 'b', port: '1' },
  ]);
  const one = 'postgres://desk:a,b@db.example:5433/db';
  assert.equal(withHostsInQuery(one), one, 'a comma of the password separates no hosts');
  assert.throws(() => hosts('postgres://desk@x/db?host=a,b,c&port=1,2'), PortsError);
});

test('each connection takes the server that the address asks for', async () => {
  const nobody = await freePort();
  const all = [nobody, standbyPort, primaryPort];
  assert.equal(await portReached(all, 'read-write'), primaryPort);
  assert.equal(await portReached(all, 'primary'), primaryPort);
  assert.equal(await portReached(all, 'standby'), standbyPort);
  assert.equal(await portReached(all, 'read-only'), standbyPort);
  assert.equal(await portReached(all, 'prefer-standby'), standbyPort);
  assert.equal(await portReached([nobody, primaryPort], 'prefer-standby'), primaryPort);
});

test('without such a server the database is away, and a wrong password is named', async () => {
  const failure = await portReached([await freePort(), standbyPort], 'read-write').catch(
    (error: unknown) => error,
  );
  assert.match(String(failure), new RegExp(`ECONNREFUSED.*${standbyPort} is not read-write`));
  assert.match(databaseFault(failure) ?? '', /cannot be reached/);
  const wrong = new URL(addressOf([standbyPort, primaryPort], 'read-write'));
  wrong.password = 'wrong';
  await assert.rejects(connect(wrong.href, 'test'), /password authentication failed/);
});

test('a pool finds the promoted standby after the primary died', async () => {
  const address = addressOf([primaryPort, standbyPort], 'read-write');
  await using db = openDatabase(address, { max: 2, log: { warn() {} } });
  assert.equal((await one(db, selectPort, [])).port, primaryPort);
  await server.stopPrimary();
  await assert.rejects(one(db, selectPort, []));
  await server.standby.promote();
  await until('the other server is found', async () => {
    const { port, is_standby } = await one(db, selectPort, []).catch(() => ({
      ...{ port: 0, is_standby: true },
    }));
    return port === standbyPort && !is_standby;
  });
  await waitForDatabase('DATABASE_URL', address, { print: () => {} });
});
