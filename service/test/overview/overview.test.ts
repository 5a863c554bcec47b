import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cpe, overviewSchema, type SegmentGroup, ticketSchema } from '@cpe-desk/contract';
import { checkTimeZone } from '../../src/overview/check-time-zone.ts';
import { readOverview } from '../../src/overview/read-overview.ts';
import { summariseUpdates } from '../../src/overview/summarise.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { migrate } from '../../src/platform/schema/migrate.ts';
import { assertProblem, errorsOf } from '../support/assert-problem.ts';
import { startTestDesk, useDesk } from '../support/desk.ts';
import { forgetSummary } from '../support/forget-summary.ts';
import { migrationsUntil } from '../support/migrations-until.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { addTestLine } from '../support/test-line.ts';
import { sendUpdate, updateCpe } from '../support/updates.ts';

const desk = await useDesk({ isSettling: false });
const { operator, supervisor } = desk;

const overview = async (client = supervisor, query = '') => {
  const answer = await client.get(`/ticket/ctt/cpe/overview${query}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return overviewSchema.parse(answer.body);
};

const update = async (id: string, change: Partial<Cpe> = {}) =>
  (await sendUpdate(operator, id, change)).status;

test('updates count by outcome and day, before and after a summary', async () => {
  const [one, other] = [await addTestLine(desk.db), await addTestLine(desk.db)];
  assert.equal(await update(one.id), 200);
  assert.equal(await update(one.id, { ipAddress: '10.78.0.1' }), 200);
  assert.equal(await update(one.id, { serialNumber: 'HWTC1A2B3C99' }), 200);
  await desk.nig.setFaults({ mode: 'reject' });
  assert.equal(await update(other.id), 422);
  await desk.nig.setFaults();
  const live = await overview();
  assert.equal(live.days.length, 30);
  const today = live.days.at(-1);
  assert.deepEqual(
    [today?.applied, today?.rejected, today?.abandoned, today?.answers.count],
    [3, 1, 0, 4],
  );
  assert.ok(
    (today?.answers.medianMs ?? -1) >= 0 &&
      (today?.answers.p95Ms ?? -1) >= (today?.answers.medianMs ?? 0),
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
  assert.equal(await update(one.id), 200);
  const later = await overview();
  assert.equal(later.days.at(-1)?.applied, 4, 'later updates are counted, and none twice');
});

const spreadOverDays = statement(
  'test-spread-over-days',
  `update cpe_update set settled_at = settled_at - interval '1 day' * (1 + ('x' || right(id::text, 2))::bit(8)::int % 5)
    where settled_at is not null`,
);

test('updates of many days are counted once by instances that count at the same time', async () => {
  const { id } = await addTestLine(desk.db);
  for (let n = 0; n < 8; n++) assert.equal(await update(id), 200);
  await run(desk.db, spreadOverDays, []);
  await forgetSummary(desk.ownerUrl);
  const live = await overview();
  assert.ok(live.days.filter(({ applied }) => applied > 0).length > 1, 'several days');
  await Promise.all(Array.from({ length: 4 }, () => summariseUpdates(desk.db, 'UTC', 0)));
  assert.deepEqual(await overview(), live);
  await run(desk.db, spreadOverDays, []);
  assert.deepEqual((await overview()).days, live.days, 'from the summary');
});

test('unsettled updates are listed, the oldest first', async () => {
  const { id } = await addTestLine(desk.db);
  await desk.nig.setFaults({ mode: 'drop-before-apply' });
  assert.equal(await update(id), 504);
  await desk.nig.setFaults();
  const { unsettled } = await overview();
  assert.equal(unsettled.count, 1);
  assert.deepEqual(
    unsettled.oldest.map(({ cttId, state }) => [cttId, state]),
    [[id, 'unknown']],
  );
});

test('a caller sees the figures of their segment groups, and none without the role', async () => {
  const enterprise = await addTestLine(desk.db, { segmentGroup: 'ENTERPRISE' });
  const before = await overview();
  assert.equal(await update(enterprise.id), 200);
  const inGroups = async (groups: readonly SegmentGroup[]) => {
    const { days } = await readOverview(desk.db, groups, { days: 1, timeZone: 'UTC' });
    return days[0]?.applied;
  };
  assert.equal((await overview()).days.at(-1)?.applied, (before.days.at(-1)?.applied ?? 0) + 1);
  assert.deepEqual([await inGroups(['ENTERPRISE']), await inGroups(['GOVERNMENT'])], [1, 0]);
  assertProblem(await operator.get('/ticket/ctt/cpe/overview'), 'forbidden');
});

test('a wrong number of days is refused, with the field', async () => {
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

test('days are days of the desk’s time zone, before and after a summary', async () => {
  await using eastern = await startTestDesk({ isSettling: false, timeZone: KUALA_LUMPUR });
  const { id } = await addTestLine(eastern.db);
  await updateCpe(eastern.operator, id);
  // 00:30 in Kuala Lumpur, of a day that begins at 16:00 UTC.
  await eastern.db.connection.query({
    text: `update cpe_update set settled_at =
      (((now() at time zone $1)::date - 2)::timestamp + interval '30 minutes') at time zone $1`,
    values: [KUALA_LUMPUR],
  });
  const read = () => overview(eastern.supervisor, '?days=5');
  const live = await read();
  assert.equal(live.timeZone, KUALA_LUMPUR);
  const dayIn = (timeZone: string) =>
    new Intl.DateTimeFormat('en-CA', { timeZone }).format(new Date());
  assert.equal(live.days.at(-1)?.day, dayIn(KUALA_LUMPUR));
  assert.deepEqual(
    live.days.map(({ applied }) => applied),
    [0, 0, 1, 0, 0],
  );
  await summariseUpdates(eastern.deps.db, KUALA_LUMPUR, 0);
  await run(eastern.db, spreadOverDays, []);
  assert.deepEqual((await read()).days, live.days, 'now from the summary');
});

test('each time zone has its own counts', async () => {
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

test('the UTC counts of the previous release are kept', async () => {
  await using old = await createTestDatabase({ empty: true });
  await using folder = await migrationsUntil('0024');
  await migrate(old.url, { folder: folder.path });
  await old.pool.connection.query({
    text: `with counted as (insert into update_summary values ('2026-11-01', 'SME', 'outcome', 'applied', 7))
      update update_summary_until set until = '2026-11-02T03:04:05Z'`,
  });
  await migrate(old.url);
  const rows = await run(old.pool, selectZoneCounts, []);
  assert.deepEqual(rows, [{ day: '2026-11-01', count: 7, until: '2026-11-02T03:04:05.000Z' }]);
});

test('a time zone that the database does not know is refused with its name', async () => {
  await assert.rejects(checkTimeZone(desk.db, 'Mars/Olympus'), /^StartError: TZ: .* Mars\/Olympus/);
  await checkTimeZone(desk.db, KUALA_LUMPUR);
});

test('the overview shows the connection to NIG', async () => {
  const { nig } = await overview();
  assert.equal(nig?.adapter, 'http');
  assert.equal(nig?.circuit, 'closed');
  assert.deepEqual(
    nig?.budgets.map(({ call, most }) => [call, most]),
    [
      ['send', 64],
      ['look-up', 8],
      ['reconcile', 4],
    ],
  );
  const { id } = await addTestLine(desk.db);
  const ticket = ticketSchema.parse((await operator.get(`/ticket/ctt/${id}`)).body);
  assert.deepEqual(ticket.nig.capabilities, nig?.capabilities);
});
