import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { answer, type Exchange } from '../src/exchange.ts';
import type { LogEntry } from '../src/request-log.ts';

const startServer = async (
  t: TestContext,
  handle: (exchange: Exchange) => void,
): Promise<string> => {
  const server = createServer((request, response) => {
    const entry: LogEntry = {
      at: '',
      method: 'GET',
      path: '/',
      fault: 'none',
      status: null,
      outcome: 'received',
    };
    handle({ request, response, entry, id: '', query: new URLSearchParams() });
  }).listen(0, '127.0.0.1');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
};

test('the log has the status of the answer', async (t) => {
  let seen: LogEntry | undefined;
  const origin = await startServer(t, (exchange) => {
    answer(exchange, 201, {});
    seen = exchange.entry;
  });
  assert.equal((await fetch(origin)).status, 201);
  assert.equal(seen?.status, 201);
});

test('an answer to a client that left stays null in the log', { timeout: 30_000 }, async (t) => {
  const leaving = new AbortController();
  const { promise: seen, resolve } = Promise.withResolvers<LogEntry>();
  const origin = await startServer(t, (exchange) => {
    exchange.response.once('close', () => {
      answer(exchange, 201, {});
      resolve(exchange.entry);
    });
    leaving.abort();
  });
  await assert.rejects(fetch(origin, { signal: leaving.signal }), { name: 'AbortError' });
  assert.equal((await seen).status, null);
});
