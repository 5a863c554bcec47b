import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, statement } from '../../../src/platform/database/database.ts';
import { listen } from '../../../src/platform/database/listen.ts';
import { openTcpLine } from '../../support/tcp-line.ts';
import { useDatabase } from '../../support/test-database.ts';
import { until } from '../../support/until.ts';

const log = { warn: () => {} };
const TIMES = { checkEveryMs: 50, answerWithinMs: 200, reconnectMs: 20 };

const database = await useDatabase();

const notify = statement<{ pg_notify: string }, [lineId: string]>(
  'test-notify',
  `select pg_notify('a_channel', $1)`,
);

const selectListeners = statement<{ pid: number }>(
  'test-select-listeners',
  `select pid from pg_stat_activity
    where datname = current_database() and application_name = 'cpe-desk live'`,
);
const listeners = async () => (await run(database.pool, selectListeners, [])).map(({ pid }) => pid);

let lines = 0;

/** Notifies of a new line until the listener hears it. */
const hears = async (heard: string[]): Promise<void> => {
  const line = `line ${++lines}`;
  await until('the listener hears', async () => {
    await run(database.pool, notify, [line]);
    return heard.includes(line);
  });
};

test('a listener whose connection is silent connects again', async () => {
  await using line = await openTcpLine(database.url);
  const heard: string[] = [];
  const listener = listen(line.url, log, { a_channel: (text) => heard.push(text) }, TIMES);
  try {
    await hears(heard);
    const [first] = await listeners();
    line.freeze();
    // As after a failover, only the old connection is silent.
    await hears(heard);
    assert.ok(first !== undefined && (await listeners()).some((pid) => pid !== first));
  } finally {
    listener.stop();
  }
});

test('a listener stops while the database is silent', async () => {
  await using line = await openTcpLine(database.url);
  const heard: string[] = [];
  const listener = listen(line.url, log, { a_channel: (text) => heard.push(text) }, TIMES);
  await hears(heard);
  line.pause();
  const openSockets = () =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
  const before = openSockets();
  listener.stop();
  await until('its socket is closed', async () => openSockets() < before, 5000);
});

test('a listener that a proxy without a server turns away tries again once, not twice', async () => {
  let [open, most, tries] = [0, 0, 0];
  const proxy = createServer((socket) => {
    most = Math.max(most, ++open);
    tries++;
    socket.on('error', () => {}).resume();
    // Long enough for a second attempt at the same time.
    void sleep(TIMES.reconnectMs).then(() => socket.end());
    socket.once('close', () => open--);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  assert.ok(address !== null && typeof address === 'object');
  const url = `postgres://desk@127.0.0.1:${address.port}/desk`;
  const listener = listen(url, log, {}, TIMES);
  try {
    await until('it has tried often', async () => tries >= 6);
    assert.equal(most, 1, 'connections at a time');
  } finally {
    listener.stop();
    proxy.close();
  }
});
