import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerFaults } from '../src/faults.ts';
import { type Client, startSimulator, updateOf } from './testing.ts';

const send = (nig: Client) => fetch(`${nig.origin}/cpe-updates/u1`, sending);
const sending = {
  method: 'PUT',
  body: JSON.stringify(updateOf('L1')),
  redirect: 'manual',
} as const;
const look = (nig: Client, path: string) => fetch(nig.origin + path, { redirect: 'manual' });

const ACCEPTED = { status: 'accepted', reference: 'NIG-000001', updateId: 'u1' };

for (const mode of answerFaults)
  test(`${mode} applies the update, whatever the caller gets`, async (t) => {
    const nig = await startSimulator(t);
    await nig.put('/faults', { mode });
    await send(nig).then(
      (response) => response.body?.cancel(),
      (error: unknown) => assert.equal(mode, 'broken-connection', String(error)),
    );
    assert.equal((await nig.lastSeen())?.fault, mode);
    assert.deepEqual(await nig.get('/cpe-updates/u1'), { status: 200, body: ACCEPTED });
  });

test('html-404 answers a PUT and both look-ups with the page of a proxy', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { mode: 'html-404', lookup: 'html-404' });
  for (const response of [
    await send(nig),
    await look(nig, '/cpe-updates/u1'),
    await look(nig, '/cpes/L1'),
  ]) {
    assert.deepEqual([response.status, response.headers.get('content-type')], [404, 'text/html']);
    assert.match(await response.text(), /404 Not Found/);
  }
});

test('redirect answers 307 to another address, with the right body', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { mode: 'redirect', lookup: 'redirect' });
  for (const response of [await send(nig), await look(nig, '/cpe-updates/u1')]) {
    assert.deepEqual([response.status, response.headers.get('location')], [307, '/moved']);
    assert.deepEqual(await response.json(), ACCEPTED);
  }
});

test('other-update names another update or another line', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { mode: 'other-update', lookup: 'other-update' });
  for (const response of [await send(nig), await look(nig, '/cpe-updates/u1')]) {
    const { updateId, ...rest } = JSON.parse(await response.text());
    assert.match(updateId, /^[0-9a-f-]{36}$/);
    assert.deepEqual(rest, { status: 'accepted', reference: 'NIG-000001' });
  }
  const told = async (path: string) => JSON.parse(await (await look(nig, path)).text());
  assert.equal((await told('/cpes/L1')).serviceLineId, 'L1-other');
  assert.notEqual((await told('/cpe-updates/u2')).updateId, 'u2');
});

test('trickle sends the right answer one byte at a time', { timeout: 60_000 }, async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { lookup: 'trickle' });
  const response = await look(nig, '/cpes/L1');
  assert.equal(response.status, 404);
  const sizes: number[] = [];
  let text = '';
  for await (const chunk of response.body ?? []) {
    sizes.push(chunk.length);
    text += Buffer.from(chunk).toString();
  }
  assert.deepEqual(JSON.parse(text), { status: 'unknown-line', serviceLineId: 'L1' });
  assert.ok(sizes.length > 10, `${sizes.length} pieces`);
});

test('broken-connection sends half of the answer, then resets', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { mode: 'broken-connection', lookup: 'broken-connection' });
  for (const ask of [() => send(nig), () => look(nig, '/cpe-updates/u1')])
    await assert.rejects(async () => (await ask()).text());
});

test('a fault of look-ups hits them at lookupRate, and no PUT', async (t) => {
  const nig = await startSimulator(t);
  await nig.put('/faults', { lookup: 'html-404', lookupRate: 0 });
  assert.equal((await send(nig)).status, 201);
  assert.equal((await look(nig, '/cpe-updates/u1')).status, 200);
});
