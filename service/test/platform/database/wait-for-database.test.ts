import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { waitForDatabase } from '../../../src/platform/database/wait-for-database.ts';
import { StartError } from '../../../src/platform/process/start-error.ts';
import { freePort } from '../../support/free-port.ts';
import { listen } from '../../support/listen.ts';
import { createTestDatabase } from '../../support/test-database.ts';

const isAway = (error: unknown): boolean =>
  error instanceof StartError && error.code === 'database-away';

test('a start waits for its database, and says so once', async () => {
  await using database = await createTestDatabase();
  const url = new URL(database.url);
  const [port, host] = [Number(url.port), url.hostname];
  let tries = 0;
  await using server = await listen(
    createServer((near) => {
      near.on('error', () => {});
      if (++tries <= 3) near.resetAndDestroy();
      else near.pipe(connect(port, host).on('error', () => {})).pipe(near);
    }),
  );
  url.port = String(server.port);
  const said: string[] = [];
  await waitForDatabase('DATABASE_URL', url.href, { print: (line) => said.push(line) });
  assert.equal(tries, 4);
  assert.equal(said.length, 1, said.join('\n'));
  assert.match(said[0] ?? '', /^Waiting for the database of DATABASE_URL: /);
});

test('the wait ends with an error that names the setting', async () => {
  const url = `postgres://nobody@127.0.0.1:${await freePort()}/none`;
  await assert.rejects(
    waitForDatabase('DATABASE_URL', url, { print: () => {}, withinMs: 700 }),
    (error) =>
      isAway(error) && error instanceof Error && error.message.startsWith('DATABASE_URL: '),
  );
});

test('a stop ends the wait', async () => {
  const stopping = new AbortController();
  const url = `postgres://nobody@127.0.0.1:${await freePort()}/none`;
  const print = () => stopping.abort();
  await assert.rejects(
    waitForDatabase('DATABASE_URL', url, { print, signal: stopping.signal }),
    (error) => !isAway(error),
  );
});

test('a database that does not exist ends the wait at once with the error of PostgreSQL', async () => {
  await using database = await createTestDatabase();
  const url = new URL(database.url);
  url.pathname = '/no_such_database';
  await assert.rejects(
    waitForDatabase('DATABASE_URL', url.href, { print: () => {} }),
    /database "no_such_database" does not exist/,
  );
});
