import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bulk, bulkSchema } from '@cpe-desk/contract';
import { one, run, statement } from '../../src/platform/database/database.ts';
import { assertProblem } from '../support/assert-problem.ts';
import {
  addCheckedBulk,
  addLines,
  callerOf,
  type Line,
  postBulk,
  rowsOf,
  startBulk,
  waitForBulk,
} from '../support/checked-bulk.ts';
import type { Answer } from '../support/client.ts';
import { useDesk } from '../support/desk.ts';
import { sessionOf } from '../support/session-of.ts';
import { until } from '../support/until.ts';
import { countSends, newAddress, readHistory, readTicket, updateCpe } from '../support/updates.ts';
import { csvOf, prepared, readBulk, rowsOf as readRows, uploadAndCheck } from './bulks.ts';

const RETRY_AFTER_MS = 200;
const desk = await useDesk({
  nigTimeoutMs: 1500,
  protection: { failures: 6, retryAfterMs: RETRY_AFTER_MS, concurrency: 64 },
});
const { supervisor, operator } = desk;

const insertOlder = statement<never, []>(
  'test-insert-older-instance',
  `insert into instance (id, version, oldest_schema, newest_schema, host, process_id)
   values ('00000000-0000-0000-0000-000000000001', '0.1.0', 1, 40, 'older', 1)`,
);
const deleteOlder = statement<never, []>(
  'test-delete-older-instance',
  "delete from instance where host = 'older'",
);
const endSessions = statement<never, [subject: string]>(
  'test-end-sessions',
  'delete from portal_session where subject = $1',
);
const makeNigDownLonger = statement<{ waits_for: string | null }, [id: string]>(
  'test-nig-down-longer',
  `update cpe_bulk set nig_down_since = nig_down_since - interval '5 min' where id = $1
   returning waits_for`,
);

const selectTally = statement<
  { refused: number; in_a_row: number; settled_since: number; refused_since: number },
  [id: string]
>(
  'test-select-bulk-tally',
  'select refused, in_a_row, settled_since, refused_since from cpe_bulk_tally where bulk_id = $1',
);

const bulkIn = ({ body }: Answer): Bulk => bulkSchema.parse(body);
const startOf = ({ bulkId, check }: Bulk) =>
  startBulk(supervisor, {
    ...{ id: bulkId, checkHash: check?.checkHash ?? '', lines: [], before: [], wanted: [] },
  });
const waitsFor = (bulk: { id: string }, reason: Bulk['waitsFor']) =>
  until(`the bulk waits for ${reason}`, async () => {
    const found = await readBulk(supervisor, bulk.id);
    return found.waitsFor === reason;
  });
const addressesOf = (lines: readonly Line[]) =>
  Promise.all(lines.map(async ({ id }) => (await readTicket(operator, id)).cpe?.ipAddress));

test('a bulk does not start while an older instance is registered', async () => {
  const bulk = await addCheckedBulk(desk, await addLines(desk, 1));
  await run(desk.db, insertOlder, []);
  const { checkHash } = bulk;
  const refused = await postBulk(supervisor, bulk, 'start', { checkHash });
  assert.match(String(assertProblem(refused, 'unavailable').detail), /older version/);
  assert.equal((await readBulk(supervisor, bulk.id)).state, 'checked');
  await run(desk.db, deleteOlder, []);
  await startBulk(supervisor, bulk);
  await waitForBulk(desk, bulk, 'finished');
});

test('a retry checks the refused rows again; a revert restores what nobody changed since', async () => {
  const lines = await addLines(desk, 4);
  const [, refused, changed, same] = lines;
  assert.ok(refused && changed && same);
  const before = await addressesOf(lines);
  const wanted = [newAddress(), newAddress(), newAddress(), before[3]];
  const file = csvOf(lines.map(({ id }, n) => ({ ticket: id, ipAddress: wanted[n] })));
  const bulk = await uploadAndCheck(supervisor, file);
  const nothing = await postBulk(supervisor, { id: bulk.bulkId }, 'revert', { reason: 'early' });
  assertProblem(nothing, 'wrong-bulk-state');
  const between = newAddress();
  await updateCpe(operator, refused.id, { ipAddress: between });
  const started = await startOf(bulk);
  const of = { id: started.bulkId };
  assert.equal((await waitForBulk(desk, of, 'finished')).refused, 1);
  const none = await postBulk(supervisor, of, 'retry', { states: ['failed'] });
  assert.match(JSON.stringify(assertProblem(none, 'malformed-request').errors), /no-rows/);
  const retried = await postBulk(supervisor, of, 'retry', {
    ...{ states: ['refused'], codes: ['stale-cpe'] },
  });
  assert.equal(retried.status, 202);
  const again = await prepared(supervisor, bulk.bulkId);
  assert.equal(again.state, 'checked');
  assert.notEqual(again.check?.checkHash, bulk.check?.checkHash);
  await startOf(again);
  const counts = await waitForBulk(desk, of, 'finished');
  assert.deepEqual([counts.applied, counts.refused], [4, 0]);
  assert.deepEqual(await addressesOf(lines), wanted);
  const sends = await Promise.all(lines.map(({ lineId }) => countSends(desk.nig, lineId)));
  assert.deepEqual(sends, [1, 2, 1, 1], 'applied rows are not sent again');

  const later = newAddress();
  await updateCpe(operator, changed.id, { ipAddress: later });
  const answer = await postBulk(supervisor, of, 'revert', { reason: 'wrong file' });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  const { bulkId, kind, revertOf } = bulkIn(answer);
  assert.deepEqual([kind, revertOf], ['revert', bulk.bulkId]);
  const judged = await prepared(supervisor, bulkId);
  assert.deepEqual(
    (await readRows(supervisor, bulkId)).map(({ row, state, verdict }) => [
      ...[row, state, verdict?.problem?.code ?? null],
    ]),
    [
      [1, 'waiting', null],
      [2, 'waiting', null],
      [3, 'left-out', 'not-revertible'],
      [4, 'left-out', 'not-revertible'],
    ],
  );
  await startOf(judged);
  await waitForBulk(desk, { id: bulkId }, 'finished');
  assert.deepEqual(await addressesOf(lines), [before[0], between, later, before[3]]);
  const [entry] = await readHistory(operator, lines[0]?.id ?? '');
  assert.deepEqual([entry?.bulk?.id, entry?.bulk?.row, entry?.reason], [bulkId, 1, 'wrong file']);
});

test('a hold and the turn make a bulk wait; it then goes on', async () => {
  await supervisor.put('/policy/hold', { held: true, reason: 'NIG is being replaced' });
  const held = await addCheckedBulk(desk, await addLines(desk, 1));
  await startBulk(supervisor, held);
  await waitsFor(held, 'freeze');
  assert.equal((await rowsOf(desk, held))[0]?.state, 'waiting');
  await supervisor.put('/policy/hold', { held: false });
  await waitForBulk(desk, held, 'finished');

  const slow: { id: string }[] = [];
  for (let n = 0; n < 5; n++) {
    const bulk = await addCheckedBulk(desk, await addLines(desk, 30));
    await startBulk(supervisor, bulk, { ratePerSecond: 1 });
    slow.push(bulk);
  }
  const sixth = await addCheckedBulk(desk, await addLines(desk, 1));
  await startBulk(supervisor, sixth);
  await waitsFor(sixth, 'turn');
  assert.equal((await rowsOf(desk, sixth))[0]?.state, 'waiting');
  for (const bulk of slow) await postBulk(supervisor, bulk, 'cancel', { reason: 'the turn' });
  await waitForBulk(desk, sixth, 'finished');
});

test('the share of refused rows, and unknown outcomes, pause a bulk', async () => {
  const bulk = await addCheckedBulk(desk, await addLines(desk, 130));
  await desk.nig.setFaults({ mode: 'reject' });
  const brakes = { refusalsInARow: 1000, failurePercent: 90, unknownOutcomes: 3 };
  await startBulk(supervisor, bulk, { ratePerSecond: 100, brakes });
  const counts = await waitForBulk(desk, bulk, 'paused');
  assert.ok(counts.refused >= 50 && counts.waiting > 0, JSON.stringify(counts));
  assert.equal((await readBulk(supervisor, bulk.id)).pause?.reason, 'failure-share');
  await desk.nig.setFaults({ mode: 'drop-after-apply', lookup: false });
  await until('the recorded rows are settled', async () =>
    (await rowsOf(desk, bulk)).every(({ state }) => state !== 'sending'),
  );
  const { refused, ...brakeCounts } = await one(desk.db, selectTally, [bulk.id]);
  assert.deepEqual(
    brakeCounts,
    { in_a_row: refused, settled_since: refused, refused_since: refused },
    'each row counts once',
  );
  const others = await addCheckedBulk(desk, await addLines(desk, 30));
  await startBulk(supervisor, others, { ratePerSecond: 3, brakes });
  await waitForBulk(desk, others, 'paused');
  assert.equal((await readBulk(supervisor, others.id)).pause?.reason, 'unknown-outcomes');
  await desk.nig.setFaults();
  await until('no outcome is unknown', async () =>
    (await rowsOf(desk, others)).every(({ state }) => !['sending', 'unknown'].includes(state)),
  );
  await postBulk(supervisor, others, 'cancel', { reason: 'enough' });
  await postBulk(supervisor, bulk, 'cancel', { reason: 'enough' });
});

test('a bulk waits for a NIG that is away, and is paused after five minutes', async () => {
  const bulk = await addCheckedBulk(desk, await addLines(desk, 8));
  await desk.nig.stop();
  await startBulk(supervisor, bulk);
  await waitsFor(bulk, 'nig');
  await until('it has waited for five minutes', async () => {
    const { waits_for } = await one(desk.db, makeNigDownLonger, [bulk.id]);
    return waits_for !== 'nig';
  });
  await waitForBulk(desk, bulk, 'paused');
  assert.equal((await readBulk(supervisor, bulk.id)).pause?.reason, 'nig-unavailable');
  await desk.nig.start();
  assert.equal((await postBulk(supervisor, bulk, 'resume')).status, 200);
  await waitForBulk(desk, bulk, 'finished');
});

test('rows outside of what the starter still may see are refused; the rest goes on', async () => {
  const lines = [
    ...(await addLines(desk, 1, { segmentGroup: 'SME' })),
    ...(await addLines(desk, 1, { segmentGroup: 'ENTERPRISE' })),
  ];
  const { id } = await callerOf(supervisor);
  const run1 = await addCheckedBulk(desk, lines);
  await sessionOf(desk, 'supervisor', ['SME'], id);
  await startBulk(supervisor, run1);
  await waitForBulk(desk, run1, 'finished');
  assert.deepEqual(
    (await rowsOf(desk, run1)).map(({ code }) => code),
    [null, 'ctt-not-found'],
  );
  const run2 = await addCheckedBulk(desk, lines.slice(0, 1));
  await sessionOf(desk, 'operator', ['SME'], id);
  await startBulk(supervisor, run2);
  await waitForBulk(desk, run2, 'finished');
  assert.equal((await rowsOf(desk, run2))[0]?.code, 'ctt-not-found');
  await run(desk.db, endSessions, [id]);
});
