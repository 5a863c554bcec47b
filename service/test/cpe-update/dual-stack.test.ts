import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { type Cpe, cpePreviewSchema, nigPayloadSchema, withoutVersion } from '@cpe-desk/contract';
import { compareFirst } from '../../src/cpe-update/compare-first.ts';
import { fetchHeldSide } from '../../src/cpe-update/settle/fetch-nig-view.ts';
import { valuesHeldElsewhere } from '../../src/cpe-update/taken-values.ts';
import { verifyLine } from '../../src/history/proof/read-chain.ts';
import { claimsOf } from '../../src/line/claims.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { buildSchemaRange } from '../../src/platform/instances/schema-range.ts';
import { reconcile } from '../../src/reconciliation/reconcile.ts';
import { loadTicket } from '../../src/tickets/load-ticket.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { startTestDesk, useDesk } from '../support/desk.ts';
import { assertSettled } from '../support/invariants.ts';
import { addTestLine } from '../support/test-line.ts';
import {
  newAddress,
  postUpdate,
  readHistory,
  readTicket,
  sendUpdate,
  updateBody,
  updateCpe,
} from '../support/updates.ts';

const desk = await useDesk({ nigTimeoutMs: 1000 });
const { operator, supervisor } = desk;

let networks = 0;
/** A /48 that no line has, and an address outside of it. */
const newDual = () => {
  const n = (++networks).toString(16);
  return { ipv6Address: `2a02:908::${n}`, ipv6Prefix: `2a02:909:${n}::/48` };
};

const errorsOf = (problem: Record<string, unknown>) =>
  (problem.errors as { pointer: string; code: string }[]).map((e) => `${e.pointer} ${e.code}`);

/** A new line with dual-stack values, which an update recorded. */
const dualLine = async (values: Partial<Cpe> = newDual()) => {
  const line = await addTestLine(desk.db);
  await updateCpe(operator, line.id, values);
  return { ...line, values };
};

const addOlderInstance = statement<never, [newest: number]>(
  'test-add-older-instance',
  `insert into instance (id, version, oldest_schema, newest_schema, host, process_id)
   values ('00000000-0000-4000-8000-000000000001', 'older', 1, $1, 'host', 1)`,
);
const removeInstances = statement('test-remove-instances', 'delete from instance');
const selectOldestWriter = statement<{ oldest_writer: number }, []>(
  'test-select-oldest-writer',
  'select oldest_writer from schema_guard',
);
const oldestWriter = async () => (await run(desk.db, selectOldestWriter, []))[0]?.oldest_writer;
/** The schema of the previous release, and that of the first migration of the dual stack. */
const [OLDER, KNOWING] = [28, 29];

// The first test of the file: the first value that is recorded stops older instances for good.
test('while an older instance runs, dual-stack values wait; then they stop older ones', async () => {
  const { id } = await addTestLine(desk.db);
  await run(desk.db, addOlderInstance, [OLDER]);
  assert.equal((await readTicket(operator, id)).lineFacts.knowsDualStack, false);
  const body = await updateBody(operator, id, newDual());
  const refused = assertProblem(await postUpdate(operator, id, body), 'unavailable');
  assert.match(String(refused.detail), /older version may still run.*npm run instances/);
  assertProblem(await operator.post(`/ticket/ctt/cpe/preview/${id}`, body), 'unavailable');
  await assert.rejects(
    addTestLine(desk.db, { cpe: newDual() }),
    /older version may still run/,
    'the database refuses them from everyone',
  );
  await updateCpe(operator, id, { ipAddress: newAddress(), ipv6Address: null });
  assert.equal(await oldestWriter(), 0, 'no dual-stack value, no guard');
  await run(desk.db, removeInstances, []);
  assert.equal((await readTicket(operator, id)).lineFacts.knowsDualStack, true);
  await updateCpe(operator, id, newDual());
  assert.equal(await oldestWriter(), KNOWING);
  await run(desk.db, addOlderInstance, [OLDER]);
  await updateCpe(operator, id, newDual());
  await using older = await startTestDesk({
    beside: desk,
    schemas: { oldest: OLDER, newest: OLDER },
  });
  const stopped = assertProblem(await sendUpdate(older.operator, id, {}), 'unavailable');
  assert.match(String(stopped.detail), new RegExp(`knows schema ${OLDER}, .* needs ${KNOWING}`));
  await run(desk.db, removeInstances, []);
  assert.ok(buildSchemaRange().newest >= KNOWING);
});

test('both values go to NIG, corp data, claims and history; a CPE without them lacks them', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  const { current } = await updateBody(operator, id);
  const dual = newDual();
  const typed = { ipv6Address: dual.ipv6Address.toUpperCase(), ipv6Prefix: dual.ipv6Prefix };
  const answer = await updateCpe(operator, id, typed);
  assert.deepEqual(await assertSettled(desk, operator, id), { ...current, ...dual });
  assert.deepEqual(answer.history.changed, ['ipv6Address', 'ipv6Prefix']);
  assert.deepEqual([answer.history.before, answer.history.after], [current, answer.corpData.cpe]);
  const none = await updateCpe(operator, id, { ipv6Address: null, ipv6Prefix: null });
  assert.deepEqual(await assertSettled(desk, operator, id), current);
  assert.deepEqual(Object.keys(none.history.after), Object.keys(current));
  const chain = await verifyLine(desk.db, lineId);
  assert.deepEqual([chain.isIntact, chain.entries], [true, 2]);
});

test('the preview shows NIG’s payload without members that the CPE lacks', async () => {
  const { id } = await addTestLine(desk.db);
  const { ipv6Prefix } = newDual();
  const body = await updateBody(operator, id, { ipv6Address: null, ipv6Prefix });
  const preview = cpePreviewSchema.parse(
    (await operator.post(`/ticket/ctt/cpe/preview/${id}`, body)).body,
  );
  const payload = nigPayloadSchema.parse(preview.nigPayload);
  assert.equal('ipv6Prefix' in payload.current, false);
  assert.equal('ipv6Address' in payload.new, false);
  assert.equal(payload.new.ipv6Prefix, ipv6Prefix);
  assert.deepEqual(preview.changed, ['ipv6Prefix']);
});

test('what is left out is not compared in current, and unchanged in new', async () => {
  const { id, values } = await dualLine();
  const { current, reason } = await updateBody(operator, id);
  const { ipv6Address: _, ipv6Prefix: __, ...old } = current;
  const ipAddress = newAddress();
  const answer = await postUpdate(operator, id, {
    current: old,
    new: { ...old, ipAddress },
    reason,
  });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.deepEqual(await assertSettled(desk, operator, id), { ...old, ipAddress, ...values });
  const stale = await postUpdate(operator, id, {
    current: { ...old, ipAddress, ipv6Address: null },
    new: { ...old, ipAddress },
  });
  assert.deepEqual(assertProblem(stale, 'stale-cpe').conflicts, [
    { field: 'ipv6Address', opened: null, now: values.ipv6Address, wanted: values.ipv6Address },
  ]);
});

test('an IPv6-only CPE has its address in ipAddress alone', async () => {
  const { id, values } = await dualLine();
  const refused = await sendUpdate(operator, id, { ipAddress: '2a02:908:f::1' });
  assert.deepEqual(errorsOf(assertProblem(refused, 'invalid-cpe')), [
    '/new/ipv6Address second-ipv6-address',
  ]);
  const body = await updateBody(operator, id, { ipAddress: '2a02:908:f::1' });
  const { ipv6Address: _, ...unsaid } = body.new;
  const also = await postUpdate(operator, id, { ...body, new: unsaid });
  const [error] = assertProblem(also, 'invalid-cpe').errors as { detail: string }[];
  assert.match(error?.detail ?? '', /Give null: ipAddress is an IPv6 address already/);
  // The same address in the other field is the same claim.
  await updateCpe(operator, id, { ipAddress: String(values.ipv6Address), ipv6Address: null });
  assert.equal((await assertSettled(desk, operator, id)).ipv6Address, undefined);
});

test('a recorded value that breaks a rule stops only a caller who says it', async () => {
  const { id } = await addTestLine(desk.db, { cpe: { ipv6Address: '2001:db8::7' } });
  const body = await updateBody(operator, id);
  const { ipv6Address: _, ...unsaid } = body.current;
  const said = assertProblem(await postUpdate(operator, id, body), 'invalid-cpe');
  assert.deepEqual(errorsOf(said), ['/new/ipv6Address not-a-host-address']);
  assert.equal(
    (await postUpdate(operator, id, { current: unsaid, new: unsaid, reason: 'old client' })).status,
    200,
  );
  assert.equal((await assertSettled(desk, operator, id)).ipv6Address, '2001:db8::7');
});

test('an address belongs to one line, whichever field holds it', async () => {
  const first = await dualLine();
  const { id } = await addTestLine(desk.db);
  const ipAddress = String(first.values.ipv6Address);
  assert.deepEqual(
    errorsOf(assertProblem(await sendUpdate(operator, id, { ipAddress }), 'value-in-use')),
    ['/new/ipAddress in-use'],
  );
  const same = await sendUpdate(operator, id, { ipv6Address: first.values.ipv6Address });
  assert.deepEqual(errorsOf(assertProblem(same, 'value-in-use')), ['/new/ipv6Address in-use']);
  await updateCpe(operator, first.id, { ipv6Address: null });
  await updateCpe(operator, id, { ipAddress });
});

test('a prefix overlaps no network of another line, but may be cut on its own', async () => {
  const n = 0xf000;
  const prefix = (bits: number, low = '') => `2a02:909:${n.toString(16)}:${low}:/${bits}`;
  const { id, values } = await dualLine({ ipv6Prefix: prefix(48) });
  const other = await addTestLine(desk.db);
  for (const [changes, field] of [
    [{ ipv6Prefix: values.ipv6Prefix }, 'ipv6Prefix'],
    [{ ipv6Prefix: prefix(56, 'ff00:') }, 'ipv6Prefix'],
    [{ ipv6Prefix: '2a02:909::/32' }, 'ipv6Prefix'],
    [{ ipv6Address: '2a02:909:f000::7' }, 'ipv6Address'],
    [{ ipAddress: '2a02:909:f000::7' }, 'ipAddress'],
  ] as const) {
    const body = await updateBody(operator, other.id, changes);
    for (const path of ['preview', 'update']) {
      const answer = await operator.post(`/ticket/ctt/cpe/${path}/${other.id}`, body);
      const expected = [`/new/${field} in-use`];
      assert.deepEqual(errorsOf(assertProblem(answer, 'value-in-use')), expected);
    }
  }
  // RFC 6603: the CPE's own address may come from its prefix.
  await updateCpe(operator, id, { ipv6Address: '2a02:909:f000::1', ipv6Prefix: prefix(56) });
  await assertSettled(desk, operator, id);
  await updateCpe(operator, other.id, { ipv6Prefix: prefix(56, 'ff00:') });
  await assertSettled(desk, operator, other.id);
});

test('of two updates that claim overlapping prefixes at once, one is refused', async () => {
  const lines = await Promise.all([1, 2, 3, 4].map(() => addTestLine(desk.db)));
  const answers = await Promise.all(
    lines.map(({ id }, n) =>
      sendUpdate(operator, id, { ipv6Prefix: `2a02:90a::/${40 + 8 * (n % 4 === 3 ? 2 : n)}` }),
    ),
  );
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  for (const answer of answers.filter(({ status }) => status !== 200))
    assertProblem(answer, 'value-in-use');
  for (const { id } of lines) await assertSettled(desk, operator, id);
});

test('what NIG refuses releases its networks', async () => {
  const { id } = await addTestLine(desk.db);
  const dual = newDual();
  await desk.nig.setFaults({ mode: 'reject' });
  assertProblem(await sendUpdate(operator, id, dual), 'nig-rejected');
  await desk.nig.setFaults();
  await dualLine(dual);
});

test('a reversal brings back what was there, also nothing', async () => {
  const { id } = await addTestLine(desk.db);
  const { current } = await updateBody(operator, id);
  const { updateId } = await updateCpe(operator, id, newDual());
  const revert = () =>
    supervisor.post(`/ticket/ctt/cpe/updates/${updateId}/revert`, { reason: 'wrong line' });
  assert.equal((await revert()).status, 200);
  assert.deepEqual(await assertSettled(desk, operator, id), current);
  const refused = assertProblem(await revert(), 'not-revertible');
  assert.deepEqual(
    (refused.conflicts as { now: unknown }[]).map(({ now }) => now),
    [null, null],
  );
  const [entry] = await readHistory(operator, id);
  assert.equal(entry?.after.ipv6Address, undefined);
});

test('during an incident, what NIG does not say is not compared', async () => {
  const { id, lineId, values } = await dualLine();
  const ticket = await loadTicket(desk.db, id, null);
  assert.ok(ticket?.cpe);
  const before = withoutVersion(ticket.cpe);
  const after = { ...before, ipv6Address: '2a02:908:aa::1' };
  const { ipv6Address: _, ipv6Prefix: __, ...old } = before;
  const judge = async (held: Cpe, nigSeen?: Cpe) => {
    await desk.nig.hold(lineId, held);
    return compareFirst(desk.deps, randomUUID(), { ticket, before, after }, nigSeen);
  };
  for (const held of [old, before, after, { ...old, ipv6Prefix: values.ipv6Prefix }])
    assert.equal(await judge(held), undefined);
  const other = { ...old, ipv6Prefix: null };
  const failure = await judge(other);
  assert.ok(failure?.code === 'nig-differs');
  assert.deepEqual([failure.fields, failure.nig], [['ipv6Prefix'], other]);
  assert.equal(await judge(other, other), undefined, 'the caller has seen it');
  assert.equal((await judge(other, before))?.code, 'nig-differs');
});

test('what NIG holds of an unsettled update is told by what it says', async () => {
  const { id, lineId } = await dualLine();
  const { current: before } = await updateBody(operator, id);
  const after = { ...before, ipAddress: newAddress() };
  const side = async (held: Cpe) => {
    await desk.nig.hold(lineId, held);
    return (await fetchHeldSide(desk.deps, { serviceLineId: lineId, before, after })).holds;
  };
  const { ipv6Address: _, ...unsaid } = after;
  assert.equal(await side(unsaid), 'after');
  assert.equal(await side({ ...unsaid, ipAddress: before.ipAddress }), 'before');
  assert.equal(await side({ ...after, ipv6Address: null }), 'other');
});

test('during an incident, a network that NIG holds for another line is in use', async () => {
  const other = await addTestLine(desk.db);
  const { current } = await updateBody(operator, other.id);
  await desk.nig.hold(other.lineId, { ...current, ipv6Prefix: '2a02:90c::/48' });
  await reconcile(desk.deps);
  const { id } = await addTestLine(desk.db);
  const judge = async (changes: Partial<Cpe>) => {
    const ticket = await loadTicket(desk.db, id, null);
    assert.ok(ticket);
    const after = { ...current, ...changes };
    const claims = claimsOf(after, null).filter(({ value }) => value.includes(':'));
    return (await valuesHeldElsewhere(desk.db, [{ claims, ticket, after }]))[0];
  };
  const free = { ipAddress: newAddress(), macAddress: null };
  for (const taken of ['2a02:90c::/56', '2a02:90c::/40'])
    assert.equal((await judge({ ...free, ipv6Prefix: taken }))?.code, 'value-in-use');
  assert.equal((await judge({ ...free, ipv6Address: '2a02:90c::7' }))?.code, 'value-in-use');
  assert.equal(await judge({ ...free, ipv6Prefix: '2a02:90c:1::/48' }), undefined);
  await desk.nig.hold(other.lineId, current);
  await reconcile(desk.deps);
});
