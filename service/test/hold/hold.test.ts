import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import {
  accessLogPageSchema,
  cpeUpdateAnswerSchema,
  type Hold,
  holdSchema,
  repairSchema,
} from '@cpe-desk/contract';
import type { Nig } from '../../src/nig/nig.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { repairDueLines } from '../../src/repair/start-repairing.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { useDesk } from '../support/desk.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { addTestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';
import {
  countSends,
  leaveUnknown,
  newAddress,
  postUpdate,
  prepareUpdate,
  updateBody,
  waitForState,
} from '../support/updates.ts';

/** A line is free when no instance repairs it. */
const selectRepairLine = statement<
  { verdict: string | null; is_free: boolean },
  [repairId: string]
>(
  'test-repair-line',
  'select verdict, verdict is not null or leased_until <= now() as is_free from repair_line where repair_id = $1',
);

const desk = await useDesk();
const beside = await useDesk({ beside: desk });
const { operator, supervisor } = desk;

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

/** A line with an update that was applied, and its key. */
const updated = async () => {
  const { id, body, send } = await prepareUpdate(desk);
  const key = { 'idempotency-key': id };
  const { updateId } = cpeUpdateAnswerSchema.parse((await send(key)).body);
  return { id, updateId, request: body, sendAgain: () => send(key) };
};

test('while updates are held, every instance refuses them and sends nothing to NIG', async () => {
  const { id, body, send } = await prepareUpdate(desk);
  const sent = await countSends(desk.nig);
  await hold();
  for (const at of [desk, beside]) assertHeld(await postUpdate(at.operator, id, body));
  assert.equal(await countSends(desk.nig), sent);
  assert.equal((await release()).status, 200);
  assert.equal((await send()).status, 200);
});

test('while updates are held, a reversal is refused', async () => {
  const { updateId } = await updated();
  const path = `/ticket/ctt/cpe/updates/${updateId}/revert`;
  await hold();
  assertHeld(await supervisor.post(path, { reason: 'wrong port' }));
  await release();
  assert.equal((await supervisor.post(path, { reason: 'wrong port' })).status, 200);
});

test('a missing ticket is reported before the hold, a broken rule after it', async () => {
  const { id, request } = await updated();
  await hold();
  assertProblem(await postUpdate(operator, 'none', request), 'ctt-not-found');
  const broken = { ...request, new: { ...request.new, port: 'nowhere' } };
  assertHeld(await postUpdate(operator, id, broken));
});

test('while updates are held, previews, reads and repeated answers work', async () => {
  const { id, updateId, sendAgain } = await updated();
  await hold();
  const body = await updateBody(operator, id, { ipAddress: newAddress() });
  assert.equal((await operator.post(`/ticket/ctt/cpe/preview/${id}`, body)).status, 200);
  assert.equal((await operator.get(`/ticket/ctt/cpe/updates/${updateId}`)).status, 200);
  assert.equal((await sendAgain()).status, 200);
});

test('while updates are held, an unknown update settles', async () => {
  const { updateId } = await leaveUnknown(desk);
  await hold();
  await desk.nig.setFaults();
  await waitForState(operator, updateId, 'applied');
});

test('while updates are held, repairs wait', async () => {
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
  const { current } = await updateBody(operator, id);
  const sent = await countSends(desk.nig);
  let isHeld = false;
  const differing: Nig = {
    ...desk.deps.nig,
    async cpeOf() {
      if (!isHeld) await hold();
      isHeld = true;
      return { ...current, port: '0/9/9:9', serialNumber: null, macAddress: null };
    },
  };
  // Either instance may repair the line.
  desk.deps.nig = beside.deps.nig = differing;
  try {
    const body = { lines: [lineId], take: 'desk', reason: 'a test' };
    const asked = await supervisor.post('/ticket/ctt/cpe/drift/repair', body);
    const { repairId } = repairSchema.parse(asked.body);
    const row = async () => (await run(desk.db, selectRepairLine, [repairId]))[0];
    await until(
      'no instance repairs the line',
      async () => isHeld && (await row())?.is_free === true,
    );
    assert.equal((await row())?.verdict, null);
    assert.equal(await countSends(desk.nig), sent);
    await release();
    await until('the line is repaired', async () => (await row())?.verdict === 'repaired');
    assert.equal(await countSends(desk.nig), sent + 1);
  } finally {
    [desk.deps.nig, beside.deps.nig] = nigs;
  }
});

test('every signed-in person sees the hold; supervisors and admins set it', async () => {
  const first = await hold();
  assert.deepEqual(
    [first.held, first.reason, first.by, first.everywhere],
    [true, reason, { id: 'demo-supervisor', name: 'Sofia Supervisor' }, true],
  );
  for (const person of ['demo-operator', 'demo-reviewer', 'demo-admin'])
    assert.deepEqual((await beside.as(person).get('/policy/hold')).body, first);
  const { admin } = desk;
  assert.equal((await hold(admin)).by?.id, 'demo-admin');
  for (const person of ['demo-operator', 'demo-reviewer'])
    assertProblem(await desk.as(person).put('/policy/hold', { held: false }), 'forbidden');
  for (const body of [
    {},
    { held: true },
    { held: true, reason: '\u200b' },
    { held: 'yes', reason },
  ])
    assertProblem(await admin.put('/policy/hold', body), 'malformed-request');
});

test('the access log and the metrics show the hold', async () => {
  await hold();
  const metric = async () => /^cpe_desk_updates_held (\d)$/m.exec(await readMetrics(desk))?.[1];
  assert.equal(await metric(), '1');
  await release();
  assert.equal(await metric(), '0');
  const { admin } = desk;
  const { items } = accessLogPageSchema.parse((await admin.get('/auth/access-log?limit=2')).body);
  assert.deepEqual(
    items.map(({ event, by, detail }) => [event, by?.id, detail]),
    [
      ['updates-released', 'demo-supervisor', { reason: null }],
      ['updates-held', 'demo-supervisor', { reason }],
    ],
  );
});
