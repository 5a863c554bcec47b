import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { afterEach, test } from 'node:test';
import type { NigPayload } from '@cpe-desk/contract';
import { sampleCpe as cpe } from '../../../contract/test/support/sample-cpe.ts';
import { httpNig } from '../../src/nig/http-nig.ts';
import { freePort } from '../support/free-port.ts';
import { openNig } from '../support/ground.ts';
import { listen } from '../support/listen.ts';
import { until } from '../support/until.ts';
import { untilEnd } from '../support/until-end.ts';

/** Long enough for an answer on a busy machine. */
const TIMEOUT_MS = 1500;

const simulator = await openNig(untilEnd(new AsyncDisposableStack()));
afterEach(() => simulator.setFaults());

const payload: NigPayload = {
  serviceLineId: 'line/1',
  ticketNo: 'CTT-1',
  current: cpe,
  new: { ...cpe, ipAddress: '10.86.0.2' },
  actor: { id: 'a', name: 'A' },
  requestedAt: '2026-11-01T00:00:00.000Z',
};

/** The look-up of an update of the payload's line. */
const asking = (updateId: string) => ({
  ...{ updateId, serviceLineId: payload.serviceLineId, handle: null },
});

/** The adapter on an address, until the end of the block. */
const adapterOf = (url: string, timeoutMs = TIMEOUT_MS) => {
  const nig = httpNig({ url, timeoutMs });
  return { nig, [Symbol.asyncDispose]: () => nig.close() };
};

/** A NIG that handles each connection as the test says. */
const rawNig = (answer: (socket: Socket) => void) =>
  listen(
    createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => answer(socket));
    }),
  );

const http =
  (status: string, body: string, type = 'application/json') =>
  (socket: Socket) =>
    socket.end(
      `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
        `connection: close\r\n\r\n${body}`,
    );

test('an update that is sent twice is accepted once, and a look-up agrees', async () => {
  await using adapter = adapterOf(simulator.url);
  const [{ nig }, id] = [adapter, crypto.randomUUID()];
  const first = await nig.send({ updateId: id, payload });
  assert.equal(first.outcome, 'accepted');
  assert.deepEqual(await nig.send({ updateId: id, payload }), first);
  assert.deepEqual(await nig.lookUp(asking(id)), first);
  assert.deepEqual(await nig.cpeOf(payload.serviceLineId), payload.new);
});

test('NIG may be at a path, with or without a final slash; each call has a request id', async () => {
  const seen: [path: string | undefined, requestId: unknown][] = [];
  await using server = await listen(
    createHttpServer((request, response) => {
      seen.push([request.url, request.headers['x-request-id']]);
      const body = { status: 'unknown-update', updateId: 'id' };
      response
        .writeHead(404, { 'content-type': 'application/problem+json' })
        .end(JSON.stringify(body));
    }),
  );
  for (const end of ['/nig', '/nig/']) {
    await using adapter = adapterOf(server.url + end);
    assert.equal(
      (await adapter.nig.lookUp({ ...asking('id'), requestId: 'r' })).outcome,
      'never-got-it',
    );
    await adapter.nig.send({ updateId: 'id', payload, requestId: 's' });
  }
  assert.deepEqual(seen, [
    ['/nig/cpe-updates/id', 'r'],
    ['/nig/cpe-updates/id', 's'],
    ['/nig/cpe-updates/id', 'r'],
    ['/nig/cpe-updates/id', 's'],
  ]);
  await using adapter = adapterOf(server.url);
  await adapter.nig.cpeOf('line');
  assert.match(String(seen.at(-1)?.[1]), /^[0-9a-f-]{36}$/);
});

test('a rejection has NIG’s code and text; a look-up agrees', async () => {
  await simulator.setFaults({ mode: 'reject' });
  await using adapter = adapterOf(simulator.url);
  const id = crypto.randomUUID();
  const answer = await adapter.nig.send({ updateId: id, payload });
  assert.ok(
    answer.outcome === 'rejected' && answer.code === 'NIG-4001' && answer.message.length > 0,
  );
  assert.deepEqual(await adapter.nig.lookUp(asking(id)), answer);
});

for (const [mode, then] of [
  ['error', 'never-got-it'],
  ['hang', 'never-got-it'],
  ['drop-before-apply', 'never-got-it'],
  ['drop-after-apply', 'accepted'],
  ['malformed', 'accepted'],
  ['html-404', 'accepted'],
  ['trickle', 'accepted'],
  ['redirect', 'accepted'],
  ['other-update', 'accepted'],
  ['broken-connection', 'accepted'],
] as const)
  test(`after ${mode} the outcome is unknown, and a later look-up says ${then}`, async () => {
    await simulator.setFaults({ mode });
    await using adapter = adapterOf(simulator.url);
    const id = crypto.randomUUID();
    assert.equal((await adapter.nig.send({ updateId: id, payload })).outcome, 'unknown');
    assert.equal((await adapter.nig.lookUp(asking(id))).outcome, then);
  });

test('an id that NIG knows with another body leaves the outcome unknown', async () => {
  await using adapter = adapterOf(simulator.url);
  const id = crypto.randomUUID();
  await adapter.nig.send({ updateId: id, payload });
  assert.equal(
    (await adapter.nig.send({ updateId: id, payload: { ...payload, ticketNo: 'CTT-2' } })).outcome,
    'unknown',
  );
});

test('where nobody listens nothing is sent, and a look-up is unknown', async () => {
  for (const url of [`http://127.0.0.1:${await freePort()}`, 'http://nig.invalid:80']) {
    await using adapter = adapterOf(url);
    assert.equal((await adapter.nig.send({ updateId: 'id', payload })).outcome, 'unavailable', url);
    assert.equal((await adapter.nig.lookUp(asking('id'))).outcome, 'unknown');
    assert.equal(await adapter.nig.cpeOf('line'), undefined);
  }
});

test('a broken connection or a senseless answer leaves the outcome unknown', async () => {
  const accepted = JSON.stringify({ status: 'accepted', reference: 'R' });
  for (const answer of [
    (socket: Socket) => void socket.destroy(),
    (socket: Socket) => void socket.resetAndDestroy(),
    (socket: Socket) => void socket.end('garbage'),
    (socket: Socket) =>
      void socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n${accepted}`),
    http('200 OK', ''),
    http('200 OK', '{"status":"accepted"}'),
    http('200 OK', '{"status":"rejected","code":"X","message":"y"}'),
    http('422 Unprocessable', accepted),
    http('500 Error', accepted),
    http('302 Found', accepted),
    http('404 Not Found', '{}'),
    http('404 Not Found', JSON.stringify({ status: 'unknown-update', updateId: 'id' })),
    http('200 OK', accepted, 'text/plain'),
    http('200 OK', accepted.slice(0, -1)),
    http('307 Temporary Redirect', accepted),
  ]) {
    await using server = await rawNig(answer);
    await using adapter = adapterOf(server.url);
    assert.equal(
      (await adapter.nig.send({ updateId: 'id', payload })).outcome,
      'unknown',
      String(answer),
    );
  }
});

test('409 and 422 reject, 200 and 201 accept', async () => {
  for (const [status, body, outcome] of [
    ['200 OK', { status: 'accepted', reference: 'R' }, 'accepted'],
    ['201 Created', { status: 'accepted', reference: 'R' }, 'accepted'],
    ['409 Conflict', { status: 'rejected', code: 'X', message: 'y' }, 'rejected'],
    ['422 Unprocessable', { status: 'rejected', code: 'X', message: 'y' }, 'rejected'],
  ] as const) {
    await using server = await rawNig(http(status, JSON.stringify(body)));
    await using adapter = adapterOf(server.url);
    assert.equal((await adapter.nig.send({ updateId: 'id', payload })).outcome, outcome, status);
  }
});

for (const lookup of ['html-404', 'trickle', 'redirect', 'other-update', 'broken-connection'])
  test(`a look-up that is answered with "${lookup}" leaves an update or a line unknown`, async () => {
    await using adapter = adapterOf(simulator.url);
    const id = crypto.randomUUID();
    await adapter.nig.send({ updateId: id, payload });
    await simulator.setFaults({ mode: 'none', lookup });
    for (const asked of [id, crypto.randomUUID()])
      assert.equal((await adapter.nig.lookUp(asking(asked))).outcome, 'unknown');
    for (const line of [payload.serviceLineId, 'another'])
      assert.equal(await adapter.nig.cpeOf(line), undefined);
  });

test('a bare 404 counts as "never got it" only where the deployer says so', async () => {
  await simulator.setFaults({ mode: 'none', lookup: 'html-404' });
  const nig = httpNig({ url: simulator.url, timeoutMs: TIMEOUT_MS, bare404: 'never-got-it' });
  assert.deepEqual(await nig.lookUp(asking(crypto.randomUUID())), { outcome: 'never-got-it' });
  assert.equal(await nig.cpeOf('another'), null);
  await nig.close();
});

test('a line that NIG never got is null', async () => {
  await using adapter = adapterOf(simulator.url);
  assert.equal(await adapter.nig.cpeOf('never told'), null);
});

test('hanging calls do not use the connections of other kinds of call', async () => {
  const held: Socket[] = [];
  await using server = await listen(
    createHttpServer((request, response) => {
      if (request.method === 'PUT') return void held.push(request.socket);
      const [, kind, id] = request.url?.split('/') ?? [];
      const body =
        kind === 'cpes' ? { serviceLineId: id, cpe } : { status: 'unknown-update', updateId: id };
      // Bulk calls hang too.
      if (id === 'bulk') return void held.push(request.socket);
      response.writeHead(kind === 'cpes' ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    }),
  );
  await using adapter = adapterOf(server.url, 3000);
  const sends = Array.from({ length: 80 }, () => adapter.nig.send({ updateId: 'id', payload }));
  const bulk = Array.from({ length: 40 }, () => adapter.nig.cpeOf('bulk', { inBulk: true }));
  await until('the connections for sends and bulk are taken', async () => held.length === 64 + 4);
  assert.deepEqual(await adapter.nig.lookUp(asking('id')), { outcome: 'never-got-it' });
  assert.deepEqual(await adapter.nig.cpeOf('line'), cpe);
  assert.ok((await Promise.all(bulk)).every((answer) => answer === undefined));
  const outcomes = (await Promise.all(sends)).map(({ outcome }) => outcome);
  const unknown = outcomes.filter((outcome) => outcome === 'unknown').length;
  // A waiting call may get a connection just before its deadline.
  assert.ok(unknown >= 64, `${unknown} sends are unknown`);
  assert.equal(outcomes.filter((outcome) => outcome === 'unavailable').length, 80 - unknown);
});

test('a NIG that cannot be asked has no look-up', async () => {
  const nig = httpNig({ url: simulator.url, timeoutMs: TIMEOUT_MS, canLookUp: false });
  assert.equal(nig.capabilities.lookUp, false);
  assert.equal((await nig.lookUp(asking('id'))).outcome, 'unknown');
  await nig.close();
});
