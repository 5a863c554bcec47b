import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyUpdate, intentToApply, tryToApply } from '../../src/cpe-update/5-apply.ts';
import { one, run, statement } from '../../src/platform/database/database.ts';
import { useDesk } from '../support/desk.ts';
import { assertSettled } from '../support/invariants.ts';
import { addTestLine } from '../support/test-line.ts';
import { newAddress, prepareUpdate, updateCpe } from '../support/updates.ts';
import { recordUpdate } from './record-update.ts';

const desk = await useDesk({ isSettling: false });
const { operator } = desk;

/** An update of a new line that is recorded and that NIG holds. */
const recordedUpdate = async () => {
  const { id, lineId, body: request } = await prepareUpdate(desk);
  const recorded = await recordUpdate(desk, id, request);
  await desk.nig.hold(lineId, request.new);
  return { id, lineId, request, ...recorded };
};

/** All that an update writes to when it is applied. */
const selectWritten = statement<{ all: unknown }, [lineId: string]>(
  'test-select-written',
  `select jsonb_build_array(
     (select to_jsonb(c) from cpe c where service_line_id = $1), (select to_jsonb(d) from corp_data_temp d where service_line_id = $1),
     (select jsonb_agg(k order by kind, value) from cpe_claim k where service_line_id = $1),
     (select jsonb_agg(h) from cpe_history h where service_line_id = $1),
     (select jsonb_agg(u) from cpe_update u where service_line_id = $1), (select count(*) from cpe_update_event)) as all`,
);

test('an update that many apply at the same time is applied once', async () => {
  const { id, request, intent } = await recordedUpdate();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => applyUpdate(desk.deps, intent.updateId, 'NIG-1', null)),
  );
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  assert.deepEqual(answers[0]?.corpData.cpe, request.new);
  assert.deepEqual(await assertSettled(desk, operator, id), request.new);
});

const renameElements = statement<never, [lineId: string]>(
  'test-rename-elements',
  "update network_element set name = 'Renamed' where id in (select network_element_id from line_path where service_line_id = $1)",
);

test('the answer has network elements as they are now, not as at the intent', async () => {
  const { id, lineId, request, intent } = await recordedUpdate();
  await run(desk.db, renameElements, [lineId]);
  const answer = await applyUpdate(desk.deps, intent.updateId, 'NIG-1', null);
  assert.deepEqual(
    answer.networkElements.map(({ kind, name }) => [kind, name === 'Renamed']),
    [
      ['OLT', true],
      ['ONT', true],
      ['CPE', false],
    ],
  );
  assert.equal(answer.networkElements.at(-1)?.model, request.new.model);
  await assertSettled(desk, operator, id);
});

const moveToOtherOlt = statement<never, [lineId: string]>(
  'test-move-to-other-olt',
  `with olt as (insert into network_element (id, kind, name, olt_ports) select 'olt-moved-to', 'OLT', 'Another', olt_ports
                  from network_element join line_path on network_element_id = id where service_line_id = $1 and kind = 'OLT' returning id)
   update line_path p set network_element_id = olt.id from olt
    where service_line_id = $1 and exists (select from network_element where id = p.network_element_id and kind = 'OLT')`,
);
const selectPortClaims = statement<{ value: string }, [lineId: string]>(
  'test-select-port-claims',
  `select value from cpe_claim where service_line_id = $1 and kind = 'port'`,
);

test('a line that came to another OLT has its port claimed there', async () => {
  const { id, lineId, request, intent } = await recordedUpdate();
  await run(desk.db, moveToOtherOlt, [lineId]);
  await applyUpdate(desk.deps, intent.updateId, 'NIG-1', null);
  const claims = await run(desk.db, selectPortClaims, [lineId]);
  assert.deepEqual(
    claims.map(({ value }) => value),
    [`olt-moved-to|${request.new.port}`],
  );
  await assertSettled(desk, operator, id);
});

for (const [what, minutes] of [
  ['the machine slept, or the database’s clock stepped ahead', -6],
  ['the database’s clock stepped back', 6],
] as const)
  test(`after ${what} since the intent, the entry is written with the time read again`, async () => {
    const { id, lineId, caller, intent } = await recordedUpdate();
    const before = await one(desk.db, selectWritten, [lineId]);
    const readAt = new Date(intent.clock.readAt.getTime() + minutes * 60_000);
    const late = { ...intent, clock: { ...intent.clock, readAt } };
    assert.equal(
      await tryToApply(desk.deps.batches, intentToApply(late, caller), 'NIG-1', null),
      undefined,
    );
    assert.deepEqual(await one(desk.db, selectWritten, [lineId]), before);
    const { history } = await applyUpdate(desk.deps, intent.updateId, 'NIG-1', null);
    assert.ok(Math.abs(Date.parse(history.at) - Date.now()) < 60_000);
    await assertSettled(desk, operator, id);
  });

/** Makes the chain end with an entry that was written while the database's clock was ahead. */
const setEndAhead = statement<never, [lineId: string]>(
  'test-set-end-ahead',
  `with off as materialized (select set_config('session_replication_role', 'replica', true))
   update cpe set history_sequence = 1, history_hash = 'h', history_at = date_trunc('milliseconds', now() + interval '2 days')
     from off where service_line_id = $1`,
);

test('after the clock stepped back, an entry has the time of the entry before it', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  await run(desk.db, setEndAhead, [lineId]);
  const { history } = await updateCpe(operator, id, { ipAddress: newAddress() });
  const ahead = Date.parse(history.at) - Date.now();
  assert.ok(Math.abs(ahead - 2 * 24 * 3_600_000) < 60_000, history.at);
});

for (const [what, sql] of [
  ['the line has another CPE', 'update cpe set version = version + 1 where service_line_id = $1'],
  [
    'the chain ends with another entry',
    `update cpe set history_sequence = 1, history_hash = 'another', history_at = now() where service_line_id = $1`,
  ],
  [
    'the chain ends with a forged entry',
    `with off as materialized (select set_config('session_replication_role', 'replica', true))
     update cpe set history_hash = 'forged', history_at = now(), history_sequence = 2 from off where service_line_id = $1`,
  ],
  [
    'a network element has another name',
    `update network_element set name = name || '!' where id in (select network_element_id from line_path where service_line_id = $1)`,
  ],
  [
    'the path of the line has another order',
    'update line_path set position = 10 - position where service_line_id = $1',
  ],
  ['the line has no CPE', 'delete from cpe where service_line_id = $1'],
  [
    'somebody has settled the update',
    `update cpe_update set state = 'rejected' where service_line_id = $1`,
  ],
] as const)
  test(`when ${what}, nothing is written`, async () => {
    const { lineId, caller, intent } = await recordedUpdate();
    const toApply = intentToApply(intent, caller);
    await run(desk.db, statement<never, [string]>(`test-${what}`, sql), [lineId]);
    const before = await one(desk.db, selectWritten, [lineId]);
    const applied = await tryToApply(desk.deps.batches, toApply, 'NIG-1', null);
    assert.equal(applied, undefined);
    assert.deepEqual(await one(desk.db, selectWritten, [lineId]), before);
  });
