import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driftListSchema, type Repair, type RepairTake, repairSchema } from '@cpe-desk/contract';
import { verifyLine } from '../../src/history/proof/read-chain.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { reconcile } from '../../src/reconciliation/reconcile.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { useDesk } from '../support/desk.ts';
import { assertSettled } from '../support/invariants.ts';
import { addTestLine, type TestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';
import { newAddress, readHistory, readUpdate, updateBody, updateCpe } from '../support/updates.ts';

const desk = await useDesk({ nigTimeoutMs: 1000 });
const { operator, supervisor } = desk;

const closeTicket = statement<never, [id: string]>(
  'test-close-ticket',
  `update ctt set status = 'closed' where id = $1`,
);
const deleteTicket = statement<never, [lineId: string]>(
  'test-delete-tickets',
  'delete from ctt where service_line_id = $1',
);
const unconfirm = statement(
  'test-unconfirm',
  'update schema_guard set unregistered_gone_at = null, unregistered_gone_by = null',
);
const confirm = statement(
  'test-confirm',
  `update schema_guard set unregistered_gone_at = now(), unregistered_gone_by = 'test'`,
);

/** A line for which NIG holds another address than the desk. */
const differingLine = async (line: TestLine = {}) => {
  const added = await addTestLine(desk.db, line);
  const { new: recorded } = await updateBody(operator, added.id);
  const inNig = { ...recorded, ipAddress: newAddress() };
  await desk.nig.hold(added.lineId, inNig);
  return { ...added, recorded, inNig };
};

const compare = () => reconcile(desk.deps);

const repair = async (lines: string[], take: RepairTake, client = supervisor): Promise<Repair> => {
  const answer = await client.post('/ticket/ctt/cpe/drift/repair', {
    lines,
    take,
    reason: 'after a failover',
  });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  const place = answer.headers.get('location') ?? '';
  return until('the repair is done', async () => {
    const now = repairSchema.parse((await client.get(place)).body);
    return now.isDone && now;
  });
};
const verdicts = ({ items }: Repair) => items.map(({ verdict }) => verdict);

const lastEntry = async (id: string) => (await readHistory(operator, id))[0];
const driftOf = async (lineId: string) =>
  driftListSchema
    .parse((await supervisor.get('/ticket/ctt/cpe/drift')).body)
    .items.find((item) => item.serviceLineId === lineId && item.holder === 'nig');

test('a repair takes the dual-stack values that NIG says, and keeps the others', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  const ipv6Prefix = '2a02:908:5::/48';
  const recorded = (await updateCpe(operator, id, { ipv6Address: '2a02:908:4::7', ipv6Prefix }))
    .corpData.cpe;
  const { ipv6Address: _, ...expected } = recorded;
  const { ipv6Prefix: __, ...unsaid } = { ...recorded, ipv6Address: null };
  await desk.nig.hold(lineId, unsaid);
  await compare();
  assert.deepEqual((await driftOf(lineId))?.fields, ['ipv6Address']);
  assert.deepEqual(verdicts(await repair([lineId], 'nig')), ['repaired']);
  assert.deepEqual(await assertSettled(desk, operator, id), expected);
  assert.deepEqual((await lastEntry(id))?.changed, ['ipv6Address']);
});

test('a repair with NIG’s values is an update with a history entry', async () => {
  const { id, lineId, inNig } = await differingLine();
  await compare();
  const done = await repair([lineId], 'nig');
  assert.deepEqual(verdicts(done), ['repaired']);
  assert.deepEqual(await assertSettled(desk, operator, id), inNig);
  const entry = await lastEntry(id);
  assert.deepEqual(entry?.repair, { repairId: done.repairId, take: 'nig' });
  assert.deepEqual([entry?.reason, entry?.changed], ['after a failover', ['ipAddress']]);
  assert.ok((await verifyLine(desk.db, lineId)).isIntact);
  assert.equal(await driftOf(lineId), undefined);
  const [item] = done.items;
  const update = await readUpdate(operator, item?.updateId);
  assert.deepEqual([update.state, update.repair], ['applied', entry?.repair]);
});

test('a repair with the desk’s values is a refresh of NIG', async () => {
  const { id, lineId, recorded } = await differingLine();
  await compare();
  assert.deepEqual(verdicts(await repair([lineId], 'desk')), ['repaired']);
  assert.deepEqual(await desk.nig.cpeOf(lineId), recorded);
  assert.deepEqual(await assertSettled(desk, operator, id), recorded);
  assert.deepEqual(
    [(await lastEntry(id))?.kind, (await lastEntry(id))?.repair?.take],
    ['refresh', 'desk'],
  );
});

test('a line that was never updated and that NIG does not know has no difference', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  assert.deepEqual(verdicts(await repair([lineId], 'desk')), ['no-difference']);
  assert.deepEqual([await lastEntry(id), await desk.nig.cpeOf(lineId)], [undefined, null]);
});

test('an update without a repair has no member repair, and its hash is valid', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  await updateCpe(operator, id, { ipAddress: newAddress() });
  const entry = await lastEntry(id);
  assert.ok(entry && !('repair' in entry));
  assert.ok((await verifyLine(desk.db, lineId)).isIntact);
});

test('a repair uses the newest ticket, even a closed one; a line without a ticket is not found', async () => {
  const closed = await differingLine();
  const bare = await differingLine();
  await compare();
  await run(desk.db, closeTicket, [closed.id]);
  await run(desk.db, deleteTicket, [bare.lineId]);
  const done = await repair([closed.lineId, bare.lineId, 'no such line'], 'nig');
  assert.deepEqual(verdicts(done), ['repaired', 'ctt-not-found', 'ctt-not-found']);
  assert.equal((await lastEntry(closed.id))?.cttId, closed.id);
  assert.equal((await lastEntry(closed.id))?.ticketNo, `CTT-${closed.n}`);
});

test('lines that share a value are repaired one by one', async () => {
  const [one, two] = [await differingLine(), await addTestLine(desk.db)];
  // As after a lossy failover: NIG holds a value for one line that the desk has recorded for
  // another.
  await updateCpe(operator, two.id, { ipAddress: one.inNig.ipAddress });
  const [three, four] = [await differingLine(), await differingLine()];
  await desk.nig.hold(four.lineId, { ...four.recorded, ipAddress: three.inNig.ipAddress });
  await compare();
  const lines = [one, three, four].map(({ lineId }) => lineId);
  assert.deepEqual(verdicts(await repair(lines, 'nig')), [
    'shared-value',
    'shared-value',
    'shared-value',
  ]);
  assert.deepEqual(verdicts(await repair([one.lineId], 'nig')), ['value-in-use']);
  assert.deepEqual(verdicts(await repair([one.lineId], 'desk')), ['repaired']);
  assert.deepEqual(verdicts(await repair([three.lineId], 'nig')), ['repaired']);
  assert.deepEqual(verdicts(await repair([four.lineId], 'desk')), ['repaired']);
  for (const { id } of [one, two, three, four]) await assertSettled(desk, operator, id);
});

test('a repair is refused where NIG no longer holds the compared values', async () => {
  const { lineId, inNig } = await differingLine();
  await compare();
  await desk.nig.hold(lineId, { ...inNig, ipAddress: newAddress() });
  assert.deepEqual(verdicts(await repair([lineId], 'nig')), ['nig-differs']);
  await compare();
  assert.deepEqual(verdicts(await repair([lineId], 'nig')), ['repaired']);
  assert.deepEqual(verdicts(await repair([lineId], 'nig')), ['no-difference']);
});

test('a repair reports invalid values of NIG, its refusal and its silence', async () => {
  const wrong = await differingLine();
  const refused = await differingLine();
  const silent = await differingLine();
  await desk.nig.hold(wrong.lineId, { ...wrong.recorded, ipAddress: '10.0.0.300' });
  await compare();
  const invalid = await repair([wrong.lineId], 'nig');
  assert.deepEqual(verdicts(invalid), ['invalid-cpe']);
  await desk.nig.setFaults({ mode: 'reject' });
  const rejected = await repair([refused.lineId], 'desk');
  assert.deepEqual(verdicts(rejected), ['nig-rejected']);
  assert.ok(rejected.items[0]?.updateId);
  await desk.nig.setFaults();
  await desk.nig.stop();
  const unheard = await repair([silent.lineId], 'desk');
  await desk.nig.start();
  assert.deepEqual(verdicts(unheard), ['nig-unavailable']);
});

test('another instance completes the repair of an instance that was killed', async () => {
  const { lineId } = await differingLine();
  await compare();
  const answer = await supervisor.post('/ticket/ctt/cpe/drift/repair', {
    lines: [lineId],
    take: 'nig',
    reason: 'r',
  });
  const { repairId } = repairSchema.parse(answer.body);
  const forget = statement<never, [repairId: string]>(
    'test-forget-verdict',
    `update repair_line set verdict = null, detail = null, update_id = null, leased_until = now() where repair_id = $1`,
  );
  const place = `/ticket/ctt/cpe/drift/repair/${repairId}`;
  const isDone = async () => {
    const now = repairSchema.parse((await supervisor.get(place)).body);
    return now.isDone && now;
  };
  const first = await until('it is done', isDone);
  // As if the instance was killed before it wrote the verdict.
  await run(desk.db, forget, [repairId]);
  assert.deepEqual((await until('it is done again', isDone)).items, first.items);
});

test('only supervisors repair, at most 1,000 lines once each', async () => {
  const { lineId } = await differingLine({ segmentGroup: 'ENTERPRISE' });
  await compare();
  const request = { lines: [lineId], take: 'nig', reason: 'r' };
  assertProblem(await operator.post('/ticket/ctt/cpe/drift/repair', request), 'forbidden');
  const done = await repair([lineId], 'nig');
  assertProblem(await operator.get(`/ticket/ctt/cpe/drift/repair/${done.repairId}`), 'forbidden');
  assertProblem(await supervisor.get('/ticket/ctt/cpe/drift/repair/1'), 'not-found');
  const bad = await supervisor.post('/ticket/ctt/cpe/drift/repair', {
    ...request,
    lines: [lineId, lineId],
  });
  assertProblem(bad, 'malformed-request');
  const many = Array.from({ length: 1001 }, (_, n) => `line ${n}`);
  const tooMany = await supervisor.post('/ticket/ctt/cpe/drift/repair', {
    ...request,
    lines: many,
  });
  assertProblem(tooMany, 'malformed-request');
});

test('a repair is refused while an instance of an older version may run', async () => {
  const { lineId } = await differingLine();
  await run(desk.db, unconfirm, []);
  const answer = await supervisor.post('/ticket/ctt/cpe/drift/repair', {
    lines: [lineId],
    take: 'nig',
    reason: 'r',
  });
  await run(desk.db, confirm, []);
  assertProblem(answer, 'unavailable');
});
