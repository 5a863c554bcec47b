import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, startSimulator, until, updateOf } from './testing.ts';

const TIMEOUT_MS = 30_000;
const seen = { method: 'PUT', path: '/cpe-updates/u1', updateId: 'u1', serviceLineId: 'L1' };
const send = (nig: Client, signal?: AbortSignal) =>
  nig.put('/cpe-updates/u1', updateOf('L1'), signal);

const assertApplied = async (nig: Client): Promise<void> => {
  const { body } = await nig.get('/cpe-updates/u1');
  assert.deepEqual(body, { status: 'accepted', reference: 'NIG-000001', updateId: 'u1' });
  assert.equal((await nig.get('/cpes/L1')).status, 200);
};

const assertNotApplied = async (nig: Client): Promise<void> => {
  assert.equal((await nig.get('/cpe-updates/u1')).status, 404);
  assert.equal((await nig.get('/cpes/L1')).status, 404);
};

test('reject answers 422; look-ups agree, and the line keeps its CPE', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { mode: 'reject' });
  const first = await send(nig);
  assert.equal(first.status, 422);
  const rejection = {
    status: 'rejected',
    code: 'NIG-4001',
    message: 'NIG refuses this update (fault "reject" is switched on in the simulator)',
    updateId: 'u1',
  };
  assert.deepEqual(first.body, rejection);
  assert.deepEqual(await nig.lastSeen(), {
    ...seen,
    fault: 'reject',
    status: 422,
    outcome: 'rejected',
  });
  await nig.put('/faults', { mode: 'none' });
  assert.deepEqual(await send(nig), first);
  assert.deepEqual(await nig.get('/cpe-updates/u1'), { status: 200, body: rejection });
  assert.equal((await nig.get('/cpes/L1')).status, 404);
});

test('reject does not change an update that was accepted before', async (t) => {
  const nig = await startSimulator(t);
  await send(nig);
  await nig.put('/faults', { mode: 'reject' });
  assert.equal((await send(nig)).status, 200);
  await assertApplied(nig);
});

test('error answers 500 without applying; the same id can be sent again', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { mode: 'error' });
  assert.equal((await send(nig)).status, 500);
  assert.deepEqual(await nig.lastSeen(), {
    ...seen,
    fault: 'error',
    status: 500,
    outcome: 'not-applied',
  });
  await assertNotApplied(nig);
  await nig.put('/faults', {});
  assert.equal((await send(nig)).status, 201);
  await assertApplied(nig);
});

test('hang neither answers nor applies', { timeout: TIMEOUT_MS }, async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { mode: 'hang' });
  const leaving = new AbortController();
  let answered = false;
  const hanging = send(nig, leaving.signal).finally(() => {
    answered = true;
  });
  const lost = assert.rejects(hanging, { name: 'AbortError' });
  await until(async () => (await nig.lastSeen())?.outcome === 'not-applied');
  assert.deepEqual(await nig.lastSeen(), {
    ...seen,
    fault: 'hang',
    status: null,
    outcome: 'not-applied',
  });
  assert.equal(answered, false);
  leaving.abort();
  await lost;
  await nig.put('/faults', {});
  await assertNotApplied(nig);
});

test('drop-before-apply breaks the connection without applying', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { mode: 'drop-before-apply' });
  await assert.rejects(send(nig), { message: 'fetch failed' });
  const dropped = { ...seen, fault: 'drop-before-apply', status: null, outcome: 'not-applied' };
  assert.deepEqual(await nig.lastSeen(), dropped);
  await assertNotApplied(nig);
});

test('drop-after-apply applies and breaks the connection; the same id gets its answer', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { mode: 'drop-after-apply' });
  await assert.rejects(send(nig), { message: 'fetch failed' });
  const dropped = { ...seen, fault: 'drop-after-apply', status: null, outcome: 'accepted' };
  assert.deepEqual(await nig.lastSeen(), dropped);
  await assertApplied(nig);
  await nig.put('/faults', {});
  assert.equal((await send(nig)).status, 200);
});

test('malformed applies and answers 200 with a body outside the contract', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { mode: 'malformed' });
  assert.deepEqual(await send(nig), { status: 200, body: { result: 'OK' } });
  assert.deepEqual(await nig.lastSeen(), {
    ...seen,
    fault: 'malformed',
    status: 200,
    outcome: 'accepted',
  });
  await assertApplied(nig);
});

test('latency delays the answer, not the update', { timeout: TIMEOUT_MS }, async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { latencyMs: 600_000 });
  const leaving = new AbortController();
  const lost = assert.rejects(send(nig, leaving.signal), { name: 'AbortError' });
  await until(async () => (await nig.get('/cpe-updates/u1')).status === 200);
  await assertApplied(nig);
  leaving.abort();
  await lost;
});

test('latency answers every PUT in the end', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { mode: 'error', rate: 0, latencyMs: 20 });
  assert.equal((await send(nig)).status, 201);
});

test('faults hit neither look-ups nor a PUT of a CPE', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { mode: 'drop-before-apply' });
  assert.equal((await nig.put('/cpes/L1', { cpe: updateOf('L1').new })).status, 204);
  assert.equal((await nig.get('/cpes/L1')).status, 200);
  assert.equal((await nig.get('/cpe-updates/u1')).status, 404);
});

test('without look-up both GETs are answered 501, and updates are accepted', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { lookup: false });
  assert.equal((await send(nig)).status, 201);
  assert.equal((await nig.get('/cpe-updates/u1')).status, 501);
  assert.equal((await nig.get('/cpes/L1')).status, 501);
  assert.deepEqual(await nig.lastSeen(), {
    method: 'GET',
    path: '/cpes/L1',
    serviceLineId: 'L1',
    fault: 'none',
    status: 501,
    outcome: 'cannot-look-up',
  });
});
