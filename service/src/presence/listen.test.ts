import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { run, statement } from '../database.ts';
import { openDatabaseLine } from '../testing/database-line.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { until } from '../testing/until.ts';
import { listenForPresence } from './listen.ts';

const log = { warn: () => {} };
const TIMES = { checkEveryMs: 50, answerWithinMs: 200 };

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

const notify = statement<{ pg_notify: string }>('test-notify', `select pg_notify('line_presence', 'a line')`);

/** Notifies until the listener hears it. */
const hears = async (heard: string[]): Promise<void> => {
  heard.length = 0;
  await until('the listener hears', async () => {
    await run(database.pool, notify, []);
    return heard.includes('a line');
  });
};

test('a listener whose connection is silent connects again, and hears', async () => {
  const line = await openDatabaseLine(database.url);
  const heard: string[] = [];
  const listener = listenForPresence(line.url, log, (lineId) => heard.push(lineId), TIMES);
  try {
    await hears(heard);
    line.freeze();
    // New connections work, as after a failover: only the old one is silent.
    await hears(heard);
  } finally {
    listener.stop();
    await line[Symbol.asyncDispose]();
  }
});

test('a stop ends, also while the database is silent', async () => {
  await using line = await openDatabaseLine(database.url);
  const heard: string[] = [];
  const listener = listenForPresence(line.url, log, (lineId) => heard.push(lineId), TIMES);
  await hears(heard);
  line.pause();
  listener.stop();
  assert.ok(true, 'nothing keeps the process');
});
