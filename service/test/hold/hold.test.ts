import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import {
  accessLogPageSchema,
  cpeUpdateSchema,
  type Hold,
  holdSchema,
  repairSchema,
} from '@cpe-desk/contract';
import { z } from 'zod';
import type { Nig } from '../../src/nig/nig.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { repairDueLines } from '../../src/repair/start-repairing.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';

/** A line is free when nobody works on it. */
const selectRepairLine = statement<{ verdict: string | null; is_free: boolean }, [repairId: string]>(
  'test-repair-line',
  'select verdict, verdict is not null or leased_until <= now() as is_free from repair_line where repair_id = $1',
);

let desk: TestDesk;
let beside: TestDesk;
let operator: Client;
let supervisor: Client;

before(async () => {
  desk = await startTestDesk();
  beside = await startTestDesk({ beside: desk });
  [operator, supervisor] = [await desk.as('demo-operator'), await desk.as('demo-supervisor')];
});
after(async () => {
  await beside[Symbol.asyncDispose]();
  await desk[Symbol.asyncDispose]();
});

const reason = 'NIG is being replaced';
const hold = async (by = supervisor): Promise<Hold> =>
  holdSchema.parse((await by.put('/policy/hold', { held: true, reason })).body);
const release = () => supervisor.put('/policy/hold', { held: false });
afterEach(release);

const assertHeld = (answer: Parameters<typeof assertProblem>[0]): void => {
  const { cause, detail } = assertProblem(answer, 'unavailable');
  assert.deepEqual([cause, detail], ['held', `Sofia Supervisor holds all updates: ${reason}`]);
  assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
};

/** A line with an update that was applied. */
const updated = async () => {
  const { id, n } = await addTestLine(desk.db);
  const request = await updateBody(operator, id, { port: `0/1/3:${n}` });
  const answer = await operator.post(`/ticket/ctt/cpe/update/${id}`, request, { 'idempotency-key': id });
  const { updateId } = z.looseObject({ updateId: z.string() }).parse(answer.body);
  return { id, updateId, request };
};

test('while updates are held, every instance refuses them and sends nothing to NIG', async () => {
  const { id } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, { port: '0/1/2:4' });
  const sent = (await desk.nig.log()).length;
  await hold();
  for (const at of [desk, beside])
    assertHeld(await (await at.as('demo-operator')).post(`/ticket/ctt/cpe/update/${id}`, body));
  assert.equal((await desk.nig.log()).length, sent);
  assert.equal((await release()).status, 200);
  assert.equal((await operator.post(`/ticket/ctt/cpe/update/${id}`, body)).status, 200);
});

test('a revert is held, too', async () => {
  const { updateId } = await updated();
  const path = `/ticket/ctt/cpe/updates/${updateId}/revert`;
  await hold();
  assertHeld(await supervisor.post(path, { reason: 'wrong port' }));
  await release();
  assert.equal((await supervisor.post(path, { reason: 'wrong port' })).status, 200);
});

test('a missing ticket comes before the hold, a broken rule after it', async () => {
  const { id, request } = await updated();
  await hold();
  assertProblem(await operator.post('/ticket/ctt/cpe/update/none', request), 'ctt-not-found');
  const broken = { ...request, new: { ...request.new, port: 'nowhere' } };
  assertHeld(await operator.post(`/ticket/ctt/cpe/update/${id}`, broken));
});

test('previews, reads and answers that a key had already go on', async () => {
  const { id, updateId, request } = await updated();
  await hold();
  const body = await updateBody(operator, id, { port: '0/1/2:5' });
  assert.equal((await operator.post(`/ticket/ctt/cpe/preview/${id}`, body)).status, 200);
  assert.equal((await operator.get(`/ticket/ctt/cpe/updates/${updateId}`)).status, 200);
  const again = await operator.post(`/ticket/ctt/cpe/update/${id}`, request, { 'idempotency-key': id });
  assert.equal(again.status, 200);
});

test('settling goes on', async () => {
  const { id } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, { port: '0/1/2:6' });
  await desk.nig.setFaults({ mode: 'drop-after-apply' });
  const answer = await operator.post(`/ticket/ctt/cpe/update/${id}`, body);
  const { updateId } = assertProblem(answer, 'nig-outcome-unknown');
  await hold();
  await desk.nig.setFaults({ mode: 'none' });
  await until('it is settled', async () => {
    const found = await operator.get(`/ticket/ctt/cpe/updates/${updateId}`);
    return cpeUpdateSchema.parse(found.body).state === 'applied';
  });
});

test('repairs wait', async () => {
  const { lineId } = await addTestLine(desk.db);
  await hold();
  const asked = await supervisor.post('/ticket/ctt/cpe/drift/repair', {
    lines: [lineId],
    take: 'desk',
    reason: 'a test',
  });
  assert.equal(asked.status, 202);
  assert.equal(await repairDueLines(desk.deps), 0);
  await release();
  assert.equal(await repairDueLines(desk.deps), 1);
});

test('a line under repair when the hold begins is not sent, and is repaired after it', async () => {
  const { lineId, id } = await addTestLine(desk.db);
  const nigs = [desk.deps.nig, beside.deps.nig] as const;
  const sends = async () => (await desk.nig.log()).filter(({ method }) => method === 'PUT').length;
  const { current } = await updateBody(operator, id, {});
  const sent = await sends();
  let isHeld = false;
  const differing: Nig = {
    ...desk.deps.nig,
    async cpeOf() {
      if (!isHeld) await hold();
      isHeld = true;
      return { ...current, port: '0/9/9:9', serialNumber: null, macAddress: null };
    },
  };
  // Either instance may work on the line.
  desk.deps.nig = beside.deps.nig = differing;
  try {
    const body = { lines: [lineId], take: 'desk', reason: 'a test' };
    const asked = await supervisor.post('/ticket/ctt/cpe/drift/repair', body);
    const { repairId } = repairSchema.parse(asked.body);
    const row = async () => (await run(desk.db, selectRepairLine, [repairId]))[0];
    await until('the work on the line is over', async () => isHeld && (await row())?.is_free === true);
    assert.equal((await row())?.verdict, null);
    assert.equal(await sends(), sent);
    await release();
    await until('the line is repaired', async () => (await row())?.verdict === 'repaired');
    assert.equal(await sends(), sent + 1);
  } finally {
    [desk.deps.nig, beside.deps.nig] = nigs;
  }
});

test('everybody who is signed in sees the hold; supervisors and admins set it', async () => {
  const first = await hold();
  assert.deepEqual(
    [first.held, first.reason, first.by, first.everywhere],
    [true, reason, { id: 'demo-supervisor', name: 'Sofia Supervisor' }, true],
  );
  for (const person of ['demo-operator', 'demo-reviewer', 'demo-admin'])
    assert.deepEqual((await (await beside.as(person)).get('/policy/hold')).body, first);
  const admin = await desk.as('demo-admin');
  assert.equal((await hold(admin)).by?.id, 'demo-admin');
  for (const person of ['demo-operator', 'demo-reviewer'])
    assertProblem(await (await desk.as(person)).put('/policy/hold', { held: false }), 'forbidden');
  for (const body of [{}, { held: true }, { held: true, reason: '\u200b' }, { held: 'yes', reason }])
    assertProblem(await admin.put('/policy/hold', body), 'malformed-request');
});

test('the access log and the metrics show it', async () => {
  await hold();
  const metric = async () =>
    /^cpe_desk_updates_held (\d)$/m.exec(await (await fetch(`${desk.origin}/metrics`)).text())?.[1];
  assert.equal(await metric(), '1');
  await release();
  assert.equal(await metric(), '0');
  const admin = await desk.as('demo-admin');
  const { items } = accessLogPageSchema.parse((await admin.get('/auth/access-log?limit=2')).body);
  assert.deepEqual(
    items.map(({ event, by, detail }) => [event, by?.id, detail]),
    [
      ['updates-released', 'demo-supervisor', { reason: null }],
      ['updates-held', 'demo-supervisor', { reason }],
    ],
  );
});
