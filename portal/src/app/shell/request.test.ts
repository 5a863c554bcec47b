import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import * as z from 'zod';
import { readRetryAfter, request } from './request.ts';
import { connected, sessionEnded } from './session.ts';

const schema = z.object({ id: z.string() });

const serve = async (t: TestContext, answer: RequestListener): Promise<string> => {
  const server = createServer(answer);
  t.after(() => server.close().closeAllConnections());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  return `http://127.0.0.1:${address.port}/`;
};

const answers = (
  status: number,
  body: string,
  headers: Record<string, string> = {},
): RequestListener => {
  return (_, response) => response.writeHead(status, headers).end(body);
};

test('an answer of the schema is the value, and says when it is one of before', async (t) => {
  const url = await serve(t, answers(200, '{"id":"a","more":1}'));
  assert.deepEqual(await request(schema, url), { ok: true, value: { id: 'a' } });
});

test('a body is sent as JSON with the headers of the caller', async (t) => {
  const url = await serve(t, async (asked, response) => {
    let body = '';
    for await (const part of asked) body += part;
    const { 'content-type': type, 'idempotency-key': key } = asked.headers;
    response.end(JSON.stringify({ id: [asked.method, type, key, body].join(' ') }));
  });
  const options = { method: 'POST', body: { a: 1 }, headers: { 'idempotency-key': 'k' } } as const;
  const answer = await request(schema, url, options);
  assert.deepEqual(answer.ok && answer.value, { id: 'POST application/json k {"a":1}' });
});

test('an answer without a body is null', async (t) => {
  const url = await serve(t, answers(204, ''));
  assert.deepEqual(await request(z.null(), url), { ok: true, value: null });
});

test('a problem keeps its members, and what the headers say', async (t) => {
  const body = {
    type: 't',
    title: 'T',
    status: 503,
    code: 'nig-unavailable',
    detail: 'D',
    updateId: 'u',
  };
  const headers = { 'retry-after': '7', 'x-request-id': 'r' };
  const url = await serve(t, answers(503, JSON.stringify(body), headers));
  const problem = { ...body, retryAfterSeconds: 7, requestId: 'r' };
  assert.deepEqual(await request(schema, url), { ok: false, problem });
});

test('an answer that the schema, or JSON, does not know is unexpected, whatever its status', async (t) => {
  for (const [status, body] of [
    [200, '{"id":1}'],
    [200, ''],
    [502, '<html>'],
  ] as const) {
    const answer = await request(schema, await serve(t, answers(status, body)));
    assert.deepEqual(!answer.ok && [answer.problem.code, answer.problem.status], [
      'unexpected-answer',
      status,
    ]);
  }
});

test('a connection that breaks is a problem, until one works again', async (t) => {
  const url = await serve(t, (asked) => asked.socket.destroy());
  const answer = await request(schema, url);
  assert.deepEqual(!answer.ok && [answer.problem.code, answer.problem.status], [
    'no-connection',
    0,
  ]);
  assert.equal(connected(), false);
  await request(schema, await serve(t, answers(200, '{"id":"a"}')));
  assert.equal(connected(), true);
});

test('an aborted request does not say that the connection is gone', async (t) => {
  const url = await serve(t, answers(200, '{"id":"a"}'));
  const answer = await request(schema, url, { signal: AbortSignal.abort() });
  assert.equal(answer.ok, false);
  assert.equal(connected(), true);
});

test('a request without a whole answer ends at its deadline, and says so', async (t) => {
  connected.set(true);
  const silent: RequestListener = () => {};
  const half: RequestListener = (_, response) => void response.writeHead(200).write('{"id":');
  for (const listener of [silent, half]) {
    const url = await serve(t, listener);
    const answer = await request(schema, url, { deadlineMs: 50 });
    assert.deepEqual(!answer.ok && [answer.problem.code, answer.problem.status], ['no-answer', 0]);
    const controller = new AbortController();
    const again = request(schema, url, { deadlineMs: 50, signal: controller.signal });
    assert.equal((await again).ok, false);
  }
  assert.equal(connected(), true);
});

test('a 401 ends the session', async (t) => {
  assert.equal(sessionEnded(), false);
  await request(schema, await serve(t, answers(401, '{}')));
  assert.equal(sessionEnded(), true);
});

test('Retry-After is read in both of its forms', () => {
  const now = Date.parse('2026-11-23T10:00:00Z');
  assert.equal(readRetryAfter('30', now), 30);
  assert.equal(readRetryAfter('Mon, 23 Nov 2026 10:00:05 GMT', now), 5);
  assert.equal(readRetryAfter('Mon, 23 Nov 2026 09:00:00 GMT', now), 0);
  for (const text of [null, '', 'soon']) assert.equal(readRetryAfter(text, now), null);
});
