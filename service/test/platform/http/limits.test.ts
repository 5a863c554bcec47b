import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { anyProblemSchema } from '@cpe-desk/contract';
import { assertProblem } from '../../support/assert-problem.ts';
import { startTestDesk, type TestDesk } from '../../support/test-desk.ts';
import { addTestLine } from '../../support/test-line.ts';
import { until } from '../../support/until.ts';

let desk: TestDesk;

before(async () => {
  desk = await startTestDesk();
});
after(() => desk[Symbol.asyncDispose]());

const open = async ({ origin }: TestDesk): Promise<Socket> => {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {});
  return socket;
};

/** Sends bytes and reads until the server closes. */
const exchange = async (bytes: string | Buffer) => {
  const socket = await open(desk);
  socket.write(bytes);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, body };
};

test('what is no request gets a problem with its own id, not the server’s bare words', async () => {
  const tooLong = `GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`;
  for (const [bytes, expected] of [
    ['\0\x01\x02\x03\r\n\r\n', 400],
    ['GET / HTTP/9.9\r\n\r\n', 400],
    ['GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n', 400],
    ['POST /auth/logout HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 400],
    ['GET /healthz HTTP/1.1\r\nhost: x\r\nbad header: 1\r\n\r\n', 400],
    ['GET /healthz HTTP/1.1\r\nhost: x\r\nhost: y\r\nconnection: close\r\n\r\n', 400],
    ['GET /healthz HTTP/1.1\r\nHost: x\r\nHOST: x\r\nconnection: close\r\n\r\n', 400],
    [tooLong, 431],
  ] as const) {
    const { status, head, body } = await exchange(bytes);
    assert.equal(status, expected, bytes.slice(0, 40));
    assert.match(head, /content-type: application\/problem\+json/);
    assert.match(head, /x-request-id: [0-9a-f-]{36}/);
    assert.equal(anyProblemSchema.parse(JSON.parse(body)).code, 'malformed-request');
  }
});

test('the answer to a HEAD that cannot be read has no body', async () => {
  const bytes = `HEAD /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`;
  const { status, body } = await exchange(bytes);
  assert.deepEqual([status, body], [431, '']);
});

test('who sends a request byte by byte is dropped, and nobody else notices', async () => {
  const socket = await open(desk);
  let answer = '';
  socket.setEncoding('utf8').on('data', (data: string) => {
    answer += data;
  });
  socket.write('GET /healthz HTTP/1.1\r\n');
  const drip = setInterval(() => socket.writable && socket.write('x-slow: 1\r\n'), 500);
  try {
    await once(socket, 'close');
  } finally {
    clearInterval(drip);
  }
  assert.match(answer, /^HTTP\/1\.1 408 /);
  assert.equal((await fetch(`${desk.origin}/healthz`)).status, 200);
});

test('a caller has so many event streams at most', async () => {
  const { authorization } = await desk.as('demo-operator');
  const stop = new AbortController();
  const listen = () =>
    fetch(`${desk.origin}/ticket/ctt/events`, { headers: { authorization }, signal: stop.signal });
  const streams = await Promise.all(Array.from({ length: 50 }, listen));
  for (const { status } of streams) assert.equal(status, 200);
  const refused = await listen();
  assert.equal(refused.status, 429);
  assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/);
  stop.abort();
  await until('they are closed', async () => {
    const again = new AbortController();
    const { status } = await fetch(`${desk.origin}/ticket/ctt/events`, {
      headers: { authorization },
      signal: again.signal,
    });
    again.abort();
    return status === 200;
  });
});

test('a body that is too large, too deep or not what it says costs its sender only', async () => {
  const operator = await desk.as('demo-operator');
  const { id } = await addTestLine(desk.db);
  const send = (body: string, headers = {}) => operator.post(`/ticket/ctt/cpe/update/${id}`, body, headers);
  assertProblem(await send(`"${'x'.repeat(70_000)}"`), 'body-too-large');
  assertProblem(await send('['.repeat(30_000) + ']'.repeat(30_000)), 'malformed-request');
  assertProblem(await send(`${'{"new":'.repeat(7000)}1${'}'.repeat(7000)}`), 'malformed-request');
  assertProblem(await send('{"__proto__":{"admin":true},"current":{},"new":{}}'), 'malformed-request');
  assertProblem(await send('{}', { 'content-encoding': 'gzip' }), 'malformed-request');
  assertProblem(
    await send('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
    'unsupported-media-type',
  );
});

test('an idle connection is kept longer behind a proxy than without one', async () => {
  await using behind = await startTestDesk({ beside: desk, trustedProxies: ['127.0.0.1'] });
  const keptFor = async ({ origin }: TestDesk) =>
    (await fetch(`${origin}/healthz`)).headers.get('keep-alive');
  assert.deepEqual([await keptFor(desk), await keptFor(behind)], ['timeout=10', 'timeout=75']);
});
