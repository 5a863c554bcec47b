import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { overviewSchema, type SegmentGroup } from '@cpe-desk/contract';
import { run, statement } from '../database.ts';
import { assertProblem, errorsOf } from '../testing/assert-problem.ts';
import { forgetSummary } from '../testing/forget-summary.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../testing/test-desk.ts';
import { addTestLine } from '../testing/test-line.ts';
import { readOverview } from './read-overview.ts';
import { summariseUpdates } from './summarise.ts';

let desk: TestDesk;
let operator: Client;
let supervisor: Client;

before(async () => {
  desk = await startTestDesk({ isSettling: false });
  operator = await desk.as('demo-operator');
  supervisor = await desk.as('demo-supervisor');
});
after(() => desk[Symbol.asyncDispose]());

const overview = async (client = supervisor, query = '') => {
  const answer = await client.get(`/ticket/ctt/cpe/overview${query}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return overviewSchema.parse(answer.body);
};

const update = async (id: string, change: Record<string, string>) =>
  (await operator.post(`/ticket/ctt/cpe/update/${id}`, await updateBody(operator, id, change))).status;

test('updates count by outcome on their day, with NIG’s answers, its refusals and what was corrected; summarised or not', async () => {
  const [one, other] = [await addTestLine(desk.db), await addTestLine(desk.db)];
  assert.equal(await update(one.id, {}), 200);
  assert.equal(await update(one.id, { ipAddress: '10.78.0.1' }), 200);
  assert.equal(await update(one.id, { serialNumber: 'HWTC1A2B3C99' }), 200);
  await desk.nig.setFaults({ mode: 'reject' });
  assert.equal(await update(other.id, {}), 422);
  await desk.nig.setFaults({ mode: 'none' });
  const live = await overview();
  assert.equal(live.days.length, 30);
  const today = live.days.at(-1);
  assert.deepEqual([today?.applied, today?.rejected, today?.abandoned, today?.answers.count], [3, 1, 0, 4]);
  assert.ok(
    (today?.answers.medianMs ?? -1) >= 0 && (today?.answers.p95Ms ?? -1) >= (today?.answers.medianMs ?? 0),
  );
  assert.deepEqual(
    live.refusals.map(({ count }) => count),
    [1],
  );
  assert.deepEqual(
    live.models.map(({ corrections, swaps }) => [corrections, swaps]),
    [[1, 1]],
  );
  await summariseUpdates(desk.db, 0);
  assert.deepEqual(await overview(), live, 'the summary says the same');
  await summariseUpdates(desk.db, 0);
  assert.equal(await update(one.id, {}), 200);
  const later = await overview();
  assert.equal(
    later.days.at(-1)?.applied,
    4,
    'what came after the summary is counted too, and nothing twice',
  );
});

const spreadOverDays = statement(
  'test-spread-over-days',
  `update cpe_update set settled_at = settled_at - interval '1 day' * (1 + ('x' || right(id::text, 2))::bit(8)::int % 5)
    where settled_at is not null`,
);

test('updates of many days are counted once, however many instances count at the same time', async () => {
  const { id } = await addTestLine(desk.db);
  for (let n = 0; n < 8; n++) assert.equal(await update(id, {}), 200);
  await run(desk.db, spreadOverDays, []);
  await forgetSummary(desk.ownerUrl);
  const live = await overview();
  assert.ok(live.days.filter(({ applied }) => applied > 0).length > 1, 'several days');
  await Promise.all(Array.from({ length: 4 }, () => summariseUpdates(desk.db, 0)));
  assert.deepEqual(await overview(), live);
});

test('what is not settled is listed, the oldest first', async () => {
  const { id } = await addTestLine(desk.db);
  await desk.nig.setFaults({ mode: 'drop-before-apply' });
  assert.equal(await update(id, {}), 504);
  await desk.nig.setFaults({ mode: 'none' });
  const { unsettled } = await overview();
  assert.equal(unsettled.count, 1);
  assert.deepEqual(
    unsettled.oldest.map(({ cttId, state }) => [cttId, state]),
    [[id, 'unknown']],
  );
});

test('a caller sees the figures of their segment groups only, and none without the role', async () => {
  const enterprise = await addTestLine(desk.db, { segmentGroup: 'ENTERPRISE' });
  const before = await overview();
  assert.equal(await update(enterprise.id, {}), 200);
  const inGroups = async (groups: readonly SegmentGroup[]) => {
    const { days } = await readOverview(desk.db, groups, { days: 1, now: Date.now() });
    return days[0]?.applied;
  };
  assert.equal((await overview()).days.at(-1)?.applied, (before.days.at(-1)?.applied ?? 0) + 1);
  assert.deepEqual([await inGroups(['ENTERPRISE']), await inGroups(['GOVERNMENT'])], [1, 0]);
  assertProblem(await operator.get('/ticket/ctt/cpe/overview'), 'forbidden');
});

test('a wrong time is refused with what would be right', async () => {
  for (const days of ['0', '367', 'x']) {
    const answer = await supervisor.get(`/ticket/ctt/cpe/overview?days=${days}`);
    assertProblem(answer, 'malformed-request');
    assert.equal(errorsOf(answer.body)[0]?.split(' ')[0], '/days');
  }
});
