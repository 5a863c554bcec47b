import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../testing/free-port.ts';
import { startTcpForwarder } from '../testing/tcp-forwarder.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { until } from '../testing/until.ts';
import { StartError } from './start-error.ts';
import { waitForDatabase } from './wait-for-database.ts';

const isAway = (error: unknown): boolean => error instanceof StartError && error.code === 'database-away';

test('a start waits for a database that comes later, and says so once', async () => {
  await using database = await createTestDatabase();
  await using forwarder = await startTcpForwarder(database.url);
  forwarder.refuse();
  const said: string[] = [];
  const waiting = waitForDatabase('DATABASE_URL', forwarder.url, { say: (line) => said.push(line) });
  await until('it has tried several times', async () => forwarder.refused() >= 3);
  forwarder.resume();
  await waiting;
  assert.equal(said.length, 1, said.join('\n'));
  assert.match(said[0] ?? '', /^Waiting for the database of DATABASE_URL: /);
});

test('the wait has an end that names the setting', async () => {
  const url = `postgres://nobody@127.0.0.1:${await freePort()}/none`;
  await assert.rejects(
    waitForDatabase('DATABASE_URL', url, { say: () => {}, withinMs: 700 }),
    (error) => isAway(error) && error instanceof Error && error.message.startsWith('DATABASE_URL: '),
  );
});

test('a stop ends the wait', async () => {
  const stopping = new AbortController();
  const url = `postgres://nobody@127.0.0.1:${await freePort()}/none`;
  const say = () => stopping.abort();
  await assert.rejects(
    waitForDatabase('DATABASE_URL', url, { say, signal: stopping.signal }),
    (error) => !isAway(error),
  );
});

test('a database that does not exist ends the wait at once, with the error of PostgreSQL', async () => {
  await using database = await createTestDatabase();
  const url = new URL(database.url);
  url.pathname = '/no_such_database';
  await assert.rejects(
    waitForDatabase('DATABASE_URL', url.href, { say: () => {} }),
    /database "no_such_database" does not exist/,
  );
});
