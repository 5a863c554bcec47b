import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LARGEST_BODY_BYTES } from '../src/exchange.ts';
import { cpe, startSimulator, updateOf } from './testing.ts';

const ACCEPTED = { status: 'accepted', reference: 'NIG-000001', updateId: 'u1' };

test('an accepted update is answered 201 with a reference, and the line has the new CPE', async (t) => {
  const nig = await startSimulator(t);
  assert.deepEqual(await nig.put('/cpe-updates/u1', updateOf('L1')), {
    status: 201,
    body: ACCEPTED,
  });
  assert.deepEqual(await nig.get('/cpes/L1'), {
    status: 200,
    body: { serviceLineId: 'L1', cpe: { ...cpe, model: 'HG8245Q2' } },
  });
  const second = await nig.put('/cpe-updates/u2', updateOf('L2'));
  assert.deepEqual(second.body, { status: 'accepted', reference: 'NIG-000002', updateId: 'u2' });
});

test('a repeated id gets its first answer with 200, in any order of members', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/cpe-updates/u1', updateOf('L1'));
  const reordered = Object.fromEntries(Object.entries(updateOf('L1')).reverse());
  assert.deepEqual(await nig.put('/cpe-updates/u1', reordered), { status: 200, body: ACCEPTED });
});

test('a repeated id does not undo a later update of the line', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/cpe-updates/u1', updateOf('L1', 'older'));
  await nig.put('/cpe-updates/u2', updateOf('L1', 'newer'));
  await nig.put('/cpe-updates/u1', updateOf('L1', 'older'));
  const { body } = await nig.get('/cpes/L1');
  assert.deepEqual(body, { serviceLineId: 'L1', cpe: { ...cpe, model: 'newer' } });
});

test('an id with another body is refused with 409 and changes nothing', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/cpe-updates/u1', updateOf('L1', 'first'));
  const { status, body } = await nig.put('/cpe-updates/u1', updateOf('L1', 'second'));
  assert.equal(status, 409);
  assert.deepEqual(body, {
    status: 'rejected',
    code: 'id-reused',
    message: 'This update id was sent before with another body',
    updateId: 'u1',
  });
  assert.deepEqual((await nig.get('/cpe-updates/u1')).body, ACCEPTED);
  assert.deepEqual((await nig.get('/cpes/L1')).body, {
    serviceLineId: 'L1',
    cpe: { ...cpe, model: 'first' },
  });
});

test('twenty PUTs of one id at the same time are one update with one reference', async (t) => {
  const nig = await startSimulator(t);
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => nig.put('/cpe-updates/u1', updateOf('L1'))),
  );
  assert.deepEqual(replies.map(({ status }) => status).sort(), [...Array(19).fill(200), 201]);
  for (const { body } of replies) assert.deepEqual(body, ACCEPTED);
  const next = await nig.put('/cpe-updates/u2', updateOf('L2'));
  assert.deepEqual(next.body, { status: 'accepted', reference: 'NIG-000002', updateId: 'u2' });
});

test('an unknown update or line is answered 404 with the body of the contract', async (t) => {
  const nig = await startSimulator(t);
  assert.deepEqual(await nig.get('/cpe-updates/u1'), {
    status: 404,
    body: { status: 'unknown-update', updateId: 'u1' },
  });
  assert.deepEqual(await nig.get('/cpes/a%2FL1'), {
    status: 404,
    body: { status: 'unknown-line', serviceLineId: 'a/L1' },
  });
});

test('the look-up of an update has the body of its PUT', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/cpe-updates/a%2Fb', updateOf('L1'));
  assert.deepEqual(await nig.get('/cpe-updates/a%2Fb'), {
    status: 200,
    body: { ...ACCEPTED, updateId: 'a/b' },
  });
});

test('a PUT sets a CPE without an update', async (t) => {
  const nig = await startSimulator(t);
  assert.deepEqual(await nig.put('/cpes/L1', { cpe }), { status: 204, body: undefined });
  assert.deepEqual(await nig.get('/cpes/L1'), { status: 200, body: { serviceLineId: 'L1', cpe } });
  assert.deepEqual(await nig.put('/cpes/L1', { cpe: null }), {
    status: 400,
    body: { message: 'cpe must be an object' },
  });
});

const wrongBodies: [unknown, string][] = [
  [[], 'the body must be an object'],
  [{ ...updateOf('L1'), serviceLineId: ' ' }, 'serviceLineId must be a string that is not blank'],
  [{ ...updateOf('L1'), ticketNo: 7 }, 'ticketNo must be a string that is not blank'],
  [{ ...updateOf('L1'), current: undefined }, 'current must be an object'],
  [{ ...updateOf('L1'), new: { ...cpe, port: null } }, 'new.port must be a string'],
  [{ ...updateOf('L1'), new: { ...cpe, macAddress: 1 } }, 'new.macAddress must be a string'],
  [
    { ...updateOf('L1'), new: { ...cpe, bandwidth: { downKbps: 1.5, upKbps: 1 } } },
    'new.bandwidth.downKbps must be a whole number from 0 to 9007199254740991',
  ],
  [{ ...updateOf('L1'), actor: { id: 'x' } }, 'actor.name must be a string'],
  [{ ...updateOf('L1'), requestedAt: 'yesterday' }, 'requestedAt must be an RFC 3339 time'],
];

test('a body outside the contract is refused with 400 and the error', async (t) => {
  const nig = await startSimulator(t);
  for (const [body, message] of wrongBodies) {
    assert.deepEqual(await nig.put('/cpe-updates/u1', body), { status: 400, body: { message } });
  }
  const response = await fetch(`${nig.origin}/cpe-updates/u1`, { method: 'PUT', body: '{' });
  assert.equal(response.status, 400);
  assert.deepEqual(await response.json(), { message: 'the body is not JSON' });
  assert.equal((await nig.get('/cpe-updates/u1')).status, 404);
});

test('a body above 256 KiB is refused with 413, one of this size is read', async (t) => {
  const nig = await startSimulator(t);
  const bare = JSON.stringify({ ...updateOf('L1'), filler: '' }).length;
  const sized = (bytes: number) => ({ ...updateOf('L1'), filler: 'x'.repeat(bytes - bare) });
  assert.equal((await nig.put('/cpe-updates/u1', sized(LARGEST_BODY_BYTES + 1))).status, 413);
  assert.equal((await nig.get('/cpe-updates/u1')).status, 404);
  assert.equal((await nig.put('/cpe-updates/u1', sized(LARGEST_BODY_BYTES))).status, 201);
});

test('an unknown path is answered 404, an unknown method 405 with the allowed ones', async (t) => {
  const nig = await startSimulator(t);
  const noSuchResource = { status: 404, body: { message: 'NIG has no such resource' } };
  for (const path of ['/', '/cpes', '/cpes/', '/cpes/L1/x', '/log/x', '/constructor']) {
    assert.deepEqual(await nig.get(path), noSuchResource, path);
  }
  assert.equal((await nig.get('/cpe-updates/%zz')).status, 404);
  const response = await fetch(`${nig.origin}/cpes/L1`, { method: 'DELETE' });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get('allow'), 'PUT, GET');
});

test('the log has each request but those to /log and /faults, and can be cleared', async (t) => {
  const nig = await startSimulator(t);
  await nig.get('/healthz');
  await nig.put('/faults', {});
  await nig.put('/cpe-updates/u1', updateOf('L1'));
  await nig.put('/cpe-updates/u1', []);
  await nig.get('/cpe-updates/u2');
  const ofUpdate = { fault: 'none', updateId: 'u1', method: 'PUT', path: '/cpe-updates/u1' };
  assert.deepEqual(await nig.seen(), [
    { method: 'GET', path: '/healthz', fault: 'none', status: 200, outcome: 'found' },
    { ...ofUpdate, serviceLineId: 'L1', status: 201, outcome: 'accepted' },
    { ...ofUpdate, status: 400, outcome: 'invalid' },
    {
      ...ofUpdate,
      method: 'GET',
      path: '/cpe-updates/u2',
      updateId: 'u2',
      status: 404,
      outcome: 'not-found',
    },
  ]);
  const newest = JSON.stringify((await nig.get('/log?limit=2')).body);
  const times = newest.match(/"at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/g);
  assert.equal(times?.length, 2);
  assert.ok(newest.includes('"outcome":"invalid"') && newest.includes('"outcome":"not-found"'));
  assert.equal((await nig.get('/log?limit=-1')).status, 400);
  assert.equal((await nig.delete('/log')).status, 204);
  assert.deepEqual(await nig.get('/log'), { status: 200, body: { entries: [] } });
});

test('the log has the request id of a call', async (t) => {
  const nig = await startSimulator(t);
  const headers = { 'x-request-id': 'r-1' };
  await fetch(`${nig.origin}/cpes/L1`, { headers });
  assert.equal((await nig.lastSeen())?.requestId, 'r-1');
});
