import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Cpe,
  cpeUpdateSchema,
  driftListSchema,
  historyPageSchema,
  type Repair,
  type RepairTake,
  repairSchema,
} from '@cpe-desk/contract';
import { verifyLine } from '../../src/history/read-chain.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { reconcile } from '../../src/reconciliation/reconcile.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { assertSettled } from '../support/invariants.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine, type TestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';

let desk: TestDesk;
let operator: Client;
let supervisor: Client;

before(async () => {
  desk = await startTestDesk({ nigTimeoutMs: 1000 });
  operator = await desk.as('demo-operator');
  supervisor = await desk.as('demo-supervisor');
});
after(() => desk[Symbol.asyncDispose]());

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

const holdInNig = async (lineId: string, cpe: Cpe) => {
  const answer = await fetch(`${desk.nig.url}/cpes/${lineId}`, {
    method: 'PUT',
    body: JSON.stringify({ cpe }),
  });
  assert.equal(answer.status, 204);
};

let addresses = 0;
const nextAddress = () => `10.96.${addresses >> 8}.${addresses++ & 255}`;

/** A line that NIG holds with another address than is recorded. */
const differingLine = async (line: TestLine = {}) => {
  const added = await addTestLine(desk.db, line);
  const { new: recorded } = await updateBody(operator, added.id, {});
  const inNig = { ...recorded, ipAddress: nextAddress() };
  await holdInNig(added.lineId, inNig);
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

const lastEntry = async (id: string) =>
  historyPageSchema.parse((await operator.get(`/ticket/ctt/cpe/history/${id}`)).body).items[0];
const driftOf = async (lineId: string) =>
  driftListSchema
    .parse((await supervisor.get('/ticket/ctt/cpe/drift')).body)
    .items.find((item) => item.serviceLineId === lineId && item.holder === 'nig');

test('taking NIG’s values: the desk has them, by an update with its history entry', async () => {
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
  const update = cpeUpdateSchema.parse(
    (await operator.get(`/ticket/ctt/cpe/updates/${item?.updateId}`)).body,
  );
  assert.deepEqual([update.state, update.repair], ['applied', entry?.repair]);
});

test('taking the desk’s values: NIG has them, by a refresh', async () => {
  const { id, lineId, recorded } = await differingLine();
  await compare();
  assert.deepEqual(verdicts(await repair([lineId], 'desk')), ['repaired']);
  assert.deepEqual(await desk.nig.cpeOf(lineId), recorded);
  assert.deepEqual(await assertSettled(desk, operator, id), recorded);
  assert.deepEqual([(await lastEntry(id))?.kind, (await lastEntry(id))?.repair?.take], ['refresh', 'desk']);
});

test('a line that was never updated and that NIG does not know has no difference', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  assert.deepEqual(verdicts(await repair([lineId], 'desk')), ['no-difference']);
  assert.deepEqual([await lastEntry(id), await desk.nig.cpeOf(lineId)], [undefined, null]);
});

test('an update that no repair made has no member repair, and its hash is as before', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, { ipAddress: nextAddress() });
  const answer = await operator.post(`/ticket/ctt/cpe/update/${id}`, body);
  assert.equal(answer.status, 200);
  const entry = await lastEntry(id);
  assert.ok(entry && !('repair' in entry));
  assert.ok((await verifyLine(desk.db, lineId)).isIntact);
});

test('it works from the newest ticket, also a closed one; a line without a ticket is not found', async () => {
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

test('values that two lines hold are decided one by one', async () => {
  const [one, two] = [await differingLine(), await addTestLine(desk.db)];
  // What a lossy failover leaves: NIG holds for one line what the desk has given to another since.
  const body = await updateBody(operator, two.id, { ipAddress: one.inNig.ipAddress });
  assert.equal((await operator.post(`/ticket/ctt/cpe/update/${two.id}`, body)).status, 200);
  const [three, four] = [await differingLine(), await differingLine()];
  await holdInNig(four.lineId, { ...four.recorded, ipAddress: three.inNig.ipAddress });
  await compare();
  const lines = [one, three, four].map(({ lineId }) => lineId);
  assert.deepEqual(verdicts(await repair(lines, 'nig')), ['shared-value', 'shared-value', 'shared-value']);
  assert.deepEqual(verdicts(await repair([one.lineId], 'nig')), ['value-in-use']);
  assert.deepEqual(verdicts(await repair([one.lineId], 'desk')), ['repaired']);
  assert.deepEqual(verdicts(await repair([three.lineId], 'nig')), ['repaired']);
  assert.deepEqual(verdicts(await repair([four.lineId], 'desk')), ['repaired']);
  for (const { id } of [one, two, three, four]) await assertSettled(desk, operator, id);
});

test('what a person has seen has to be what NIG holds still', async () => {
  const { lineId, inNig } = await differingLine();
  await compare();
  await holdInNig(lineId, { ...inNig, ipAddress: nextAddress() });
  assert.deepEqual(verdicts(await repair([lineId], 'nig')), ['nig-differs']);
  await compare();
  assert.deepEqual(verdicts(await repair([lineId], 'nig')), ['repaired']);
  assert.deepEqual(verdicts(await repair([lineId], 'nig')), ['no-difference']);
});

test('NIG’s values that break a rule are not taken; NIG’s refusal and silence are told', async () => {
  const wrong = await differingLine();
  const refused = await differingLine();
  const silent = await differingLine();
  await holdInNig(wrong.lineId, { ...wrong.recorded, ipAddress: '10.0.0.300' });
  await compare();
  const invalid = await repair([wrong.lineId], 'nig');
  assert.deepEqual(verdicts(invalid), ['invalid-cpe']);
  await desk.nig.setFaults({ mode: 'reject' });
  const rejected = await repair([refused.lineId], 'desk');
  assert.deepEqual(verdicts(rejected), ['nig-rejected']);
  assert.ok(rejected.items[0]?.updateId);
  await desk.nig.setFaults({ mode: 'none' });
  await desk.nig.stop();
  const unheard = await repair([silent.lineId], 'desk');
  await desk.nig.start();
  assert.deepEqual(verdicts(unheard), ['nig-unavailable']);
});

test('the verdicts come also when the instance that took a line is gone', async () => {
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
  // As if the verdict had not been written when the instance was killed.
  await run(desk.db, forget, [repairId]);
  assert.deepEqual((await until('it is done again', isDone)).items, first.items);
});

test('only supervisors repair, lines of their segment groups', async () => {
  const { lineId } = await differingLine({ segmentGroup: 'ENTERPRISE' });
  await compare();
  const request = { lines: [lineId], take: 'nig', reason: 'r' };
  assertProblem(await operator.post('/ticket/ctt/cpe/drift/repair', request), 'forbidden');
  const done = await repair([lineId], 'nig');
  assertProblem(await operator.get(`/ticket/ctt/cpe/drift/repair/${done.repairId}`), 'forbidden');
  assertProblem(await supervisor.get('/ticket/ctt/cpe/drift/repair/1'), 'not-found');
  const bad = await supervisor.post('/ticket/ctt/cpe/drift/repair', { ...request, lines: [lineId, lineId] });
  assertProblem(bad, 'malformed-request');
  const many = Array.from({ length: 1001 }, (_, n) => `line ${n}`);
  const tooMany = await supervisor.post('/ticket/ctt/cpe/drift/repair', { ...request, lines: many });
  assertProblem(tooMany, 'malformed-request');
});

test('no repair while an instance of an older version may run', async () => {
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
