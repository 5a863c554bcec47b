import assert from 'node:assert/strict';
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { overviewSchema, type SegmentGroup } from '@cpe-desk/contract';
import { checkTimeZone } from '../../src/overview/check-time-zone.ts';
import { readOverview } from '../../src/overview/read-overview.ts';
import { summariseUpdates } from '../../src/overview/summarise.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { migrate } from '../../src/platform/schema/migrate.ts';
import { assertProblem, errorsOf } from '../support/assert-problem.ts';
import { forgetSummary } from '../support/forget-summary.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine } from '../support/test-line.ts';

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
  await summariseUpdates(desk.db, 'UTC', 0);
  assert.deepEqual(await overview(), live, 'the summary says the same');
  await summariseUpdates(desk.db, 'UTC', 0);
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
  await Promise.all(Array.from({ length: 4 }, () => summariseUpdates(desk.db, 'UTC', 0)));
  assert.deepEqual(await overview(), live);
  await run(desk.db, spreadOverDays, []);
  assert.deepEqual((await overview()).days, live.days, 'from the summary');
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
    const { days } = await readOverview(desk.db, groups, { days: 1, timeZone: 'UTC' });
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

const selectZoneCounts = statement<{ day: string; count: number; until: string }>(
  'test-zone-counts',
  `select s.day::text, s.count, to_char(u.until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as until
     from zone_summary s join zone_summary_until u using (time_zone) where time_zone = 'UTC'`,
);

const KUALA_LUMPUR = 'Asia/Kuala_Lumpur';

test('days are days of the desk’s time zone, which the answer names, summarised or not', async () => {
  await using eastern = await startTestDesk({ isSettling: false, timeZone: KUALA_LUMPUR });
  const { id } = await addTestLine(eastern.db);
  const worker = await eastern.as('demo-operator');
  const answer = await worker.post(`/ticket/ctt/cpe/update/${id}`, await updateBody(worker, id, {}));
  assert.equal(answer.status, 200);
  // 00:30 in Kuala Lumpur, of a day that begins at 16:00 UTC.
  await eastern.db.connection.query({
    text: `update cpe_update set settled_at =
      (((now() at time zone $1)::date - 2)::timestamp + interval '30 minutes') at time zone $1`,
    values: [KUALA_LUMPUR],
  });
  const supervise = await eastern.as('demo-supervisor');
  const read = async () =>
    overviewSchema.parse((await supervise.get('/ticket/ctt/cpe/overview?days=5')).body);
  const live = await read();
  assert.equal(live.timeZone, KUALA_LUMPUR);
  const dayIn = (timeZone: string) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(new Date());
  assert.equal(live.days.at(-1)?.day, dayIn(KUALA_LUMPUR));
  assert.deepEqual(
    live.days.map(({ applied }) => applied),
    [0, 0, 1, 0, 0],
  );
  await summariseUpdates(eastern.deps.db, KUALA_LUMPUR, 0);
  await run(eastern.db, spreadOverDays, []);
  assert.deepEqual((await read()).days, live.days, 'now from the summary');
});

test('each time zone has counts of its own, so that instances with different zones both are right', async () => {
  await forgetSummary(desk.ownerUrl);
  const counted = async (timeZone: string) => {
    const groups = ['ENTERPRISE', 'GOVERNMENT', 'SME', 'WHOLESALE'] as const;
    const { days } = await readOverview(desk.db, groups, { days: 30, timeZone });
    return days.map(({ applied }) => applied);
  };
  const before = [await counted('UTC'), await counted('Pacific/Auckland')];
  await summariseUpdates(desk.db, 'UTC', 0);
  await summariseUpdates(desk.db, 'Pacific/Auckland', 0);
  await summariseUpdates(desk.db, 'UTC', 0);
  await run(desk.db, spreadOverDays, []);
  assert.deepEqual([await counted('UTC'), await counted('Pacific/Auckland')], before);
  assert.ok(before[0]?.some((applied) => applied > 0));
});

test('what the release before counted by days of UTC is kept', async () => {
  await using old = await createTestDatabase({ empty: true });
  await using folder = await tempFolder();
  const migrations = fileURLToPath(new URL('../../migrations', import.meta.url));
  for (const name of (await readdir(migrations)).filter((each) => each < '0024'))
    await cp(join(migrations, name), join(folder.path, name));
  await migrate(old.url, { folder: folder.path });
  await old.pool.connection.query({
    text: `with counted as (insert into update_summary values ('2026-11-01', 'SME', 'outcome', 'applied', 7))
      update update_summary_until set until = '2026-11-02T03:04:05Z'`,
  });
  await migrate(old.url);
  const rows = await run(old.pool, selectZoneCounts, []);
  assert.deepEqual(rows, [{ day: '2026-11-01', count: 7, until: '2026-11-02T03:04:05.000Z' }]);
});

test('a time zone that the database does not know is refused by its name', async () => {
  await assert.rejects(checkTimeZone(desk.db, 'Mars/Olympus'), /^StartError: TZ: .* Mars\/Olympus/);
  await checkTimeZone(desk.db, KUALA_LUMPUR);
});
