import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import * as z from 'zod';
import { useDesk } from '../../support/desk.ts';
import { addTestLine } from '../../support/test-line.ts';
import { until } from '../../support/until.ts';
import { newAddress, postUpdate, updateBody, updateCpe } from '../../support/updates.ts';

const lineSchema = z.looseObject({
  msg: z.string(),
  requestId: z.string().optional(),
  route: z.string().optional(),
});
type Line = z.infer<typeof lineSchema>;
const withUpdateId = z.looseObject({ updateId: z.string() });

const logged: Line[] = [];
const destination = new Writable({
  write(chunk, _, done) {
    logged.push(lineSchema.parse(JSON.parse(String(chunk))));
    done();
  },
});
const desk = await useDesk({ log: pino({ level: 'info' }, destination), nigTimeoutMs: 700 });
const { operator } = desk;

const requestLines = (requestId: string): Line[] =>
  logged.filter((line) => line.requestId === requestId && line.msg.startsWith('request'));

/** The one line of a request, without what pino adds. Fails where there is another. */
const lineOf = async (requestId: string) => {
  const [line] = await until(`the line of ${requestId}`, async () => {
    const lines = requestLines(requestId);
    return lines.length > 0 && lines;
  });
  await fetch(`${desk.origin}/healthz`);
  assert.equal(requestLines(requestId).length, 1, 'one line');
  const { level, time: _, pid: __, hostname: ___, msg: ____, ms, traceId, ...rest } = line as Line;
  assert.equal(level, 30, 'info');
  assert.ok(typeof ms === 'number' && ms >= 0, `${ms} ms`);
  // No hook sees a request that the router cannot read.
  if (rest.route !== 'none') assert.match(String(traceId), /^[0-9a-f]{32}$/);
  return rest;
};

const refresh = async (requestId: string, more: Record<string, string> = {}) => {
  const { id } = await addTestLine(desk.db);
  const sent = await updateBody(operator, id);
  const send = () => postUpdate(operator, id, sent, { 'x-request-id': requestId, ...more });
  return { id, send, answer: await send() };
};
const UPDATE = { method: 'POST', route: '/ticket/ctt/cpe/update/:id', callerId: 'demo-operator' };

const openSocket = async (): Promise<Socket> => {
  const socket = connect(Number(new URL(desk.origin).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {});
  return socket;
};

test('a request has one line with its route, caller and no part of its query', async () => {
  await operator.get('/ticket/ctt?q=secret-customer', { 'x-request-id': 'list-1' });
  const expected = { method: 'GET', route: '/ticket/ctt', status: 200 };
  assert.deepEqual(await lineOf('list-1'), {
    ...expected,
    requestId: 'list-1',
    callerId: 'demo-operator',
  });
  assert.ok(!JSON.stringify(logged).includes('secret-customer'));
});

test('the line has the trace of the caller; a probe that succeeds has no line', async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  await fetch(`${desk.origin}/readyz`, { headers: { 'x-request-id': 'probe-1' } });
  await fetch(`${desk.origin}/metrics`, { headers: { 'x-request-id': 'scrape-1' } });
  const headers = { 'x-request-id': 'traced-1', traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
  await operator.get('/policy/hold', headers);
  const [line] = await until('the line', async () => {
    const lines = requestLines('traced-1');
    return lines.length > 0 && lines;
  });
  assert.equal(line?.traceId, traceId);
  assert.deepEqual([requestLines('probe-1'), requestLines('scrape-1')], [[], []]);
});

test('an update’s line has its update id, also where it is replayed, looked at and reverted', async () => {
  const key = { 'idempotency-key': 'lines-1' };
  const { id, send, answer } = await refresh('made-1', key);
  const { updateId } = withUpdateId.parse(answer.body);
  assert.deepEqual(await lineOf('made-1'), {
    ...UPDATE,
    status: 200,
    requestId: 'made-1',
    updateId,
  });
  logged.length = 0;
  assert.equal((await send()).headers.get('idempotent-replayed'), 'true');
  assert.equal((await lineOf('made-1')).updateId, updateId);
  await operator.get(`/ticket/ctt/cpe/updates/${updateId}`, { 'x-request-id': 'look-1' });
  assert.equal((await lineOf('look-1')).updateId, updateId);
  const { supervisor } = desk;
  const changed = await updateCpe(operator, id, { ipAddress: newAddress() });
  const path = `/ticket/ctt/cpe/updates/${changed.updateId}/revert`;
  const reverted = await supervisor.post(path, { reason: 'test' }, { 'x-request-id': 'revert-1' });
  const revert = withUpdateId.parse(reverted.body);
  assert.notEqual(revert.updateId, changed.updateId);
  assert.equal((await lineOf('revert-1')).updateId, revert.updateId, 'the one that it made');
});

test('an update that NIG refuses or does not answer has its id in the line, too', async () => {
  for (const [mode, status] of [
    ['reject', 422],
    ['hang', 504],
  ] as const) {
    await desk.nig.setFaults({ mode });
    await refresh(`nig-${mode}`);
    await desk.nig.setFaults();
    const line = await lineOf(`nig-${mode}`);
    const found = await desk.db.connection.query({
      text: 'select id from cpe_update where request_id = $1',
      values: [`nig-${mode}`],
    });
    assert.deepEqual([line.status, line.updateId], [status, found.rows[0]?.id]);
  }
});

test('a refused request has one line: not signed in, forbidden, malformed, not there, unroutable', async () => {
  const ask = async (id: string, path: string, authorization = '', init: RequestInit = {}) => {
    const headers = { 'x-request-id': id, 'content-type': 'application/json', authorization };
    await (await fetch(desk.origin + path, { ...init, headers })).text();
    const { method, route, status, callerId } = await lineOf(id);
    return [method, route, status, callerId];
  };
  const operator = await desk.operator.authorization();
  const path = '/ticket/ctt/cpe/update/:id';
  const post = { method: 'POST', body: '{"not json' };
  assert.deepEqual(await ask('r-1', '/ticket/ctt'), ['GET', '/ticket/ctt', 401, undefined]);
  assert.deepEqual(await ask('r-2', '/auth/access-log', operator), [
    'GET',
    '/auth/access-log',
    403,
    'demo-operator',
  ]);
  assert.deepEqual(await ask('r-3', '/ticket/ctt/cpe/update/t-1', operator, post), [
    'POST',
    path,
    400,
    'demo-operator',
  ]);
  assert.deepEqual(await ask('r-4', '/nowhere?code=1'), ['GET', 'none', 404, undefined]);
  assert.deepEqual(await ask('r-5', '/ticket/%FF'), ['GET', 'none', 404, undefined]);
});

test('an unexpected error has its own line and the one of its request', async () => {
  await desk.db.connection.query({ text: 'alter table device_model rename to gone', values: [] });
  await operator.get('/catalog/models?q=HG', { 'x-request-id': 'bug-1' });
  await desk.db.connection.query({ text: 'alter table gone rename to device_model', values: [] });
  assert.equal((await lineOf('bug-1')).status, 500);
  assert.equal(
    logged.filter(({ msg, requestId }) => msg === 'unexpected error' && requestId === 'bug-1')
      .length,
    1,
  );
});

test('a caller who leaves during an update gets a line with 499 and the update’s id', async () => {
  await desk.nig.setFaults({ mode: 'hang' });
  const { id } = await addTestLine(desk.db);
  const body = JSON.stringify(await updateBody(operator, id));
  const leaving = new AbortController();
  const headers = { 'x-request-id': 'left-1', 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body, signal: leaving.signal };
  const asked = operator.fetch(`/ticket/ctt/cpe/update/${id}`, init);
  const of = { text: 'select id from cpe_update where request_id = $1', values: ['left-1'] };
  const updateId = await until(
    'the intent',
    async () => (await desk.db.connection.query(of)).rows[0]?.id,
  );
  leaving.abort();
  await assert.rejects(asked);
  assert.deepEqual(await lineOf('left-1'), {
    ...UPDATE,
    status: 499,
    requestId: 'left-1',
    updateId,
  });
  await desk.nig.setFaults();
});

test('an event stream has its one line when it ends', async () => {
  const leaving = new AbortController();
  const headers = { 'x-request-id': 'stream-1' };
  await operator.fetch('/ticket/ctt/events', { headers, signal: leaving.signal });
  await fetch(`${desk.origin}/healthz`);
  assert.equal(requestLines('stream-1').length, 0, 'no line while it is open');
  leaving.abort();
  const { route, status } = await lineOf('stream-1');
  assert.deepEqual([route, status], ['/ticket/ctt/events', 200]);
  assert.equal(
    logged.filter(({ requestId }) => requestId === 'stream-1').length,
    1,
    'and no other',
  );
});

test('a body that breaks off has one line, with the status that was sent', async () => {
  const authorization = await operator.authorization();
  const socket = await openSocket();
  socket.write(
    'POST /ticket/ctt/cpe/update/t-1 HTTP/1.1\r\nhost: x\r\nx-request-id: broken-1\r\n' +
      `authorization: ${authorization}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
  );
  await setImmediate();
  socket.write('zz\r\n');
  assert.match(await text(socket), /^HTTP\/1\.1 400 /);
  const { route, status } = await lineOf('broken-1');
  assert.deepEqual([route, status], ['/ticket/ctt/cpe/update/:id', 400]);
  assert.equal(logged.filter(({ method }) => method === 'none').length, 0, 'no line of its own');
});

test('what is no request has one line with the id of its answer', async () => {
  const socket = await openSocket();
  socket.write('GET / HTTP/9.9\r\n\r\n');
  const [, requestId = ''] = /x-request-id: (\S+)/.exec(await text(socket)) ?? [];
  assert.partialDeepStrictEqual(requestLines(requestId)[0], {
    method: 'none',
    route: 'none',
    status: 400,
    requestId,
  });
});

test('requests that wait on one connection when it breaks have a line each', async () => {
  const authorization = await operator.authorization();
  const socket = await openSocket();
  const request = (id: string, path: string) =>
    `GET ${path} HTTP/1.1\r\nhost: x\r\nx-request-id: ${id}\r\nauthorization: ${authorization}\r\n\r\n`;
  socket.write(request('wait-1', '/ticket/ctt/events') + request('wait-2', '/ticket/ctt/events'));
  await once(socket, 'data');
  socket.destroy();
  assert.equal((await lineOf('wait-1')).status, 200);
  assert.equal((await lineOf('wait-2')).route, '/ticket/ctt/events');
});
