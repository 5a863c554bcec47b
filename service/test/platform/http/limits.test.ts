import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { anyProblemSchema } from '@cpe-desk/contract';
import { assertProblem } from '../../support/assert-problem.ts';
import { startTestDesk, type TestDesk, useDesk } from '../../support/desk.ts';
import { addTestLine } from '../../support/test-line.ts';
import { until } from '../../support/until.ts';
import { postUpdate } from '../../support/updates.ts';

const desk = await useDesk();

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

test('bytes that are not a request are answered with a problem and a request id', async () => {
  const tooLong = `GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`;
  for (const [bytes, expected] of [
    ['\0\x01\x02\x03\r\n\r\n', 400],
    ['GET / HTTP/9.9\r\n\r\n', 400],
    [
      'GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n',
      400,
    ],
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

test('a client that sends a request byte by byte is disconnected', async () => {
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

test('a caller has at most 50 event streams', async () => {
  const stop = new AbortController();
  const follow = ({ signal } = stop) => desk.operator.fetch('/ticket/ctt/events', { signal });
  const streams = await Promise.all(Array.from({ length: 50 }, () => follow()));
  for (const { status } of streams) assert.equal(status, 200);
  const refused = await follow();
  assert.equal(refused.status, 429);
  assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/);
  stop.abort();
  await until('they are closed', async () => {
    const again = new AbortController();
    const { status } = await follow(again);
    again.abort();
    return status === 200;
  });
});

test('a body that is too large, too deep or of another type is refused', async () => {
  const { operator } = desk;
  const { id } = await addTestLine(desk.db);
  const send = (body: string, headers = {}) => postUpdate(operator, id, body, headers);
  assertProblem(await send(`"${'x'.repeat(70_000)}"`), 'body-too-large');
  assertProblem(await send('['.repeat(30_000) + ']'.repeat(30_000)), 'malformed-request');
  assertProblem(await send(`${'{"new":'.repeat(7000)}1${'}'.repeat(7000)}`), 'malformed-request');
  assertProblem(
    await send('{"__proto__":{"admin":true},"current":{},"new":{}}'),
    'malformed-request',
  );
  assertProblem(await send('{}', { 'content-encoding': 'gzip' }), 'malformed-request');
  assertProblem(
    await send('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
    'unsupported-media-type',
  );
});

test('an idle connection stays open longer behind a proxy', async () => {
  await using behind = await startTestDesk({ beside: desk, trustedProxies: ['127.0.0.1'] });
  const keptFor = async ({ origin }: TestDesk) =>
    (await fetch(`${origin}/healthz`)).headers.get('keep-alive');
  assert.deepEqual([await keptFor(desk), await keptFor(behind)], ['timeout=10', 'timeout=75']);
});
