import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import type { NigPayload } from '@cpe-desk/contract';
import { sampleCpe as cpe } from '../../../contract/src/testing/sample-cpe.ts';
import { freePort } from '../testing/free-port.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { startTestNig, type TestNig } from '../testing/test-nig.ts';
import { httpNig } from './http-nig.ts';

const TIMEOUT_MS = 300;

let folder: Awaited<ReturnType<typeof tempFolder>>;
let simulator: TestNig;

before(async () => {
  folder = await tempFolder();
  simulator = await startTestNig(folder.path);
});
afterEach(() => simulator.setFaults({ mode: 'none' }));
after(async () => {
  await simulator.stop();
  await folder[Symbol.asyncDispose]();
});

const payload: NigPayload = {
  serviceLineId: 'line/1',
  ticketNo: 'CTT-1',
  current: cpe,
  new: { ...cpe, ipAddress: '10.86.0.2' },
  actor: { id: 'a', name: 'A' },
  requestedAt: '2026-11-01T00:00:00.000Z',
};

/** The adapter on an address, for the length of a block. */
const adapterOf = (url: string, timeoutMs = TIMEOUT_MS) => {
  const nig = httpNig({ url, timeoutMs });
  return { nig, [Symbol.asyncDispose]: () => nig.close() };
};

/** A NIG that does with each connection what the test says. */
const rawNig = async (answer: (socket: Socket) => void) => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
};

const http = (status: string, body: string) => (socket: Socket) =>
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );

test('accepted: once, however often it is sent; looked up alike; NIG then holds the new values', async () => {
  await using adapter = adapterOf(simulator.url);
  const [{ nig }, id] = [adapter, crypto.randomUUID()];
  const first = await nig.send(id, payload);
  assert.equal(first.outcome, 'accepted');
  assert.deepEqual(await nig.send(id, payload), first);
  assert.deepEqual(await nig.lookUp?.(id), first);
  assert.deepEqual(await nig.cpeOf?.(payload.serviceLineId), payload.new);
});

test('NIG may be at a path, with or without a slash at its end', async () => {
  const paths: string[] = [];
  const server = createHttpServer((request, response) => {
    paths.push(request.url ?? '');
    response.writeHead(404).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  for (const end of ['/nig', '/nig/']) {
    await using adapter = adapterOf(`http://127.0.0.1:${address.port}${end}`);
    assert.equal((await adapter.nig.lookUp?.('id'))?.outcome, 'never-got-it');
  }
  assert.deepEqual(paths, ['/nig/cpe-updates/id', '/nig/cpe-updates/id']);
  server.close();
});

test('an address where nobody answers: nothing was sent', async () => {
  // TEST-NET-1 (RFC 5737): nobody is there.
  await using adapter = adapterOf('http://192.0.2.1:9', 4000);
  assert.equal((await adapter.nig.send(crypto.randomUUID(), payload)).outcome, 'unavailable');
});

test('rejected: with NIG’s code and text, and looked up alike', async () => {
  await simulator.setFaults({ mode: 'reject' });
  await using adapter = adapterOf(simulator.url);
  const id = crypto.randomUUID();
  const answer = await adapter.nig.send(id, payload);
  assert.ok(answer.outcome === 'rejected' && answer.code === 'NIG-4001' && answer.message.length > 0);
  assert.deepEqual(await adapter.nig.lookUp?.(id), answer);
});

for (const [mode, then] of [
  ['error', 'never-got-it'],
  ['hang', 'never-got-it'],
  ['drop-before-apply', 'never-got-it'],
  ['drop-after-apply', 'accepted'],
  ['malformed', 'accepted'],
] as const)
  test(`${mode}: unknown; asked later, NIG says ${then}`, async () => {
    await simulator.setFaults({ mode });
    await using adapter = adapterOf(simulator.url);
    const id = crypto.randomUUID();
    assert.equal((await adapter.nig.send(id, payload)).outcome, 'unknown');
    assert.equal((await adapter.nig.lookUp?.(id))?.outcome, then);
  });

test('an id that NIG knows with another body says nothing about this update: unknown', async () => {
  await using adapter = adapterOf(simulator.url);
  const id = crypto.randomUUID();
  await adapter.nig.send(id, payload);
  assert.equal((await adapter.nig.send(id, { ...payload, ticketNo: 'CTT-2' })).outcome, 'unknown');
});

test('nobody listens, or the name does not exist: nothing was sent, so unavailable; a look-up is unknown', async () => {
  for (const url of [`http://127.0.0.1:${await freePort()}`, 'http://nig.invalid:80']) {
    await using adapter = adapterOf(url);
    const outcome = (await adapter.nig.send('id', payload)).outcome;
    // A resolver that gives no answer in time leaves it unknown, too: never certain, never wrong.
    assert.ok(outcome === 'unavailable' || (url.includes('invalid') && outcome === 'unknown'), outcome);
    assert.equal((await adapter.nig.lookUp?.('id'))?.outcome, 'unknown');
    assert.equal(await adapter.nig.cpeOf?.('line'), undefined);
  }
});

test('the line breaks after sending, or nothing sensible comes back: unknown', async () => {
  const accepted = JSON.stringify({ status: 'accepted', reference: 'R' });
  for (const answer of [
    (socket: Socket) => void socket.destroy(),
    (socket: Socket) => void socket.resetAndDestroy(),
    (socket: Socket) => void socket.end('garbage'),
    (socket: Socket) => void socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n${accepted}`),
    http('200 OK', ''),
    http('200 OK', '{"status":"accepted"}'),
    http('200 OK', '{"status":"rejected","code":"X","message":"y"}'),
    http('422 Unprocessable', accepted),
    http('500 Error', accepted),
    http('302 Found', accepted),
    http('404 Not Found', '{}'),
  ]) {
    await using server = await rawNig(answer);
    await using adapter = adapterOf(server.url);
    assert.equal((await adapter.nig.send('id', payload)).outcome, 'unknown', String(answer));
  }
});

test('409 and 422 refuse, 200 and 201 accept', async () => {
  for (const [status, body, outcome] of [
    ['200 OK', { status: 'accepted', reference: 'R' }, 'accepted'],
    ['201 Created', { status: 'accepted', reference: 'R' }, 'accepted'],
    ['409 Conflict', { status: 'rejected', code: 'X', message: 'y' }, 'rejected'],
    ['422 Unprocessable', { status: 'rejected', code: 'X', message: 'y' }, 'rejected'],
  ] as const) {
    await using server = await rawNig(http(status, JSON.stringify(body)));
    await using adapter = adapterOf(server.url);
    assert.equal((await adapter.nig.send('id', payload)).outcome, outcome, status);
  }
});

test('a NIG that can not be asked has no look-up', async () => {
  const nig = httpNig({ url: simulator.url, timeoutMs: TIMEOUT_MS, canLookUp: false });
  assert.equal(nig.lookUp, undefined);
  await nig.close();
});
