import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Cpe,
  type CpeUpdateRequest,
  cpePreviewSchema,
  findingSchema,
  type Ticket,
  withoutVersion,
} from '@cpe-desk/contract';
import { z } from 'zod';
import { useDesk } from '../support/desk.ts';
import { addTestLine, addTestTicket, type TestLine } from '../support/test-line.ts';
import { newAddress, readTicket } from '../support/updates.ts';
import { csvOf, rowsOf, uploadAndCheck } from './bulks.ts';

const desk = await useDesk({ isSettling: false, nigTimeoutMs: 500 });
const { supervisor } = desk;

const errorsOf = z.object({ errors: z.array(findingSchema) });

type Row = Record<string, string | number>;

/** A row with what its ticket is, and the body of a preview with the same values. */
type Case = {
  name: string;
  row: Row;
  preview: { id: string; body: CpeUpdateRequest };
  /** Problem, or warnings. */
  expected: string | string[];
};

const cases: Case[] = [];

const cpeOf = ({ cpe }: Ticket): Cpe => {
  assert.ok(cpe);
  return withoutVersion(cpe);
};

/** Adds a case on a line of its own. */
const add = async (
  name: string,
  expected: Case['expected'],
  {
    line,
    row = {},
    current = {},
    changes = {},
  }: { line?: TestLine; row?: Row; current?: Partial<Cpe>; changes?: Partial<Cpe> } = {},
) => {
  const { id } = await addTestLine(desk.db, line);
  const ticket = await readTicket(supervisor, id);
  const recorded = cpeOf(ticket);
  const bandwidth = { ...recorded.bandwidth, ...changes.bandwidth };
  cases.push({
    ...{ name, expected },
    row: { ticket: ticket.ticketNo, ...row },
    preview: {
      id,
      body: {
        current: { ...recorded, ...current },
        new: { ...recorded, ...changes, bandwidth },
        reason: typeof row.reason === 'string' ? row.reason : null,
      },
    },
  });
  return ticket;
};

const address = newAddress();
await add('a refresh', [], { row: { reason: 'again' } });
await add('a correction', [], { row: { ipAddress: address }, changes: { ipAddress: address } });
await add('a swap', [], {
  row: { serialNumber: 'HWTC-0ABC0001' },
  changes: { serialNumber: 'HWTC0ABC0001' },
});
await add('a cleared value', [], { row: { macAddress: '(none)' }, changes: { macAddress: null } });
await add('above the plan', ['above-plan'], {
  row: { downKbps: '400 Mbit/s' },
  changes: { bandwidth: { downKbps: 400_000, upKbps: 50_000 } },
});
await add('far below the plan', ['far-below-plan'], {
  row: { downKbps: 300 },
  changes: { bandwidth: { downKbps: 300, upKbps: 50_000 } },
});
await add('a foreign vendor', ['vendor-mismatch'], {
  row: { serialNumber: 'ZTEG0ABC0002' },
  changes: { serialNumber: 'ZTEG0ABC0002' },
});
await add('a local MAC address', ['locally-administered-mac'], {
  row: { macAddress: '02-00-00-FF-00-01' },
  changes: { macAddress: '02:00:00:ff:00:01' },
});
await add('an unknown recorded model', ['model-not-in-catalogue'], {
  line: { cpe: { model: 'NOT-THERE-1' } },
});
await add('an unknown model', 'invalid-cpe', {
  row: { model: 'NOT-THERE-2' },
  changes: { model: 'NOT-THERE-2' },
});
await add('several broken rules', 'invalid-cpe', {
  row: { ipAddress: '127.0.0.1', port: '0/99/3:12', upKbps: 1.5 },
  changes: {
    ipAddress: '127.0.0.1',
    port: '0/99/3:12',
    bandwidth: { downKbps: 100_000, upKbps: 1.5 },
  },
});
await add('a reason that is too long', 'invalid-cpe', { row: { reason: 'x'.repeat(501) } });
await add('a line without an OLT', 'no-network-context', { line: { hasNoOlt: true } });
await add('a closed ticket', 'not-eligible', { line: { status: 'closed' } });
await add('a consumer on copper', 'not-eligible', {
  line: { segmentGroup: 'CONSUMER', technology: 'COPPER', managedServices: false },
});
await add('a guard that differs', 'stale-cpe', {
  row: { currentIpAddress: '10.99.0.1' },
  current: { ipAddress: '10.99.0.1' },
});
const { id: holder } = await addTestLine(desk.db);
const held = cpeOf(await readTicket(supervisor, holder));
await add('a used address', 'value-in-use', {
  row: { ipAddress: held.ipAddress, serialNumber: held.serialNumber ?? '' },
  changes: { ipAddress: held.ipAddress, serialNumber: held.serialNumber },
});
const busy = await add('a line with an unsettled update', 'update-in-progress');

test('each row has the verdict that a preview with the same values answers', async () => {
  // NIG does not answer, and nothing settles: the update stays unknown.
  const slow = cases.at(-1)?.preview.body;
  await desk.nig.setFaults({ mode: 'hang' });
  const sent = await supervisor.post(`/ticket/ctt/cpe/update/${busy.id}`, slow);
  assert.equal(sent.status, 504, JSON.stringify(sent.body));
  const bulk = await uploadAndCheck(supervisor, csvOf(cases.map(({ row }) => row)));
  assert.equal(bulk.state, 'checked', JSON.stringify(bulk));
  const rows = await rowsOf(supervisor, bulk.bulkId);
  for (const [index, { name, preview, expected }] of cases.entries()) {
    const answer = await supervisor.post(`/ticket/ctt/cpe/preview/${preview.id}`, preview.body);
    const row = rows[index];
    assert.ok(row?.verdict, name);
    if (typeof expected === 'string') {
      assert.equal(row.verdict.problem?.code, expected, `${name} ${JSON.stringify(answer.body)}`);
      assert.deepEqual(row.verdict, { ok: false, warnings: [], problem: answer.body }, name);
      assert.equal(row.state, 'left-out');
      continue;
    }
    const { kind, changed, before, after, warnings, nigPayload } = cpePreviewSchema.parse(
      answer.body,
    );
    assert.deepEqual(
      row.verdict.warnings.map(({ code }) => code),
      expected,
      name,
    );
    assert.deepEqual(row.verdict, { ok: true, warnings, problem: null }, name);
    assert.deepEqual(
      { kind: row.kind, changed: row.changed, before: row.before, after: row.after },
      { kind, changed, before, after },
      name,
    );
    const one = await supervisor.get(`/ticket/ctt/cpe/bulk/${bulk.bulkId}/rows/${row.row}`);
    const detail = one.body as { preview: { nigPayload: object } };
    assert.deepEqual(
      { ...detail.preview.nigPayload, requestedAt: '' },
      { ...nigPayload, requestedAt: '' },
      name,
    );
  }
  const problems = cases.filter(({ expected }) => typeof expected === 'string').length;
  assert.equal(bulk.check?.problems, problems);
  assert.equal(bulk.check?.ok, cases.length - problems);
  assert.equal(bulk.counts.leftOut, problems);
});

test('rows of one line, of other segments and of other lines are distinguished', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  const again = await addTestTicket(desk.db, lineId);
  const other = await addTestLine(desk.db, { segmentGroup: 'ENTERPRISE' });
  const sme = desk.as('demo-operator-sme');
  assert.equal((await sme.get('/ticket/ctt/cpe/bulk')).status, 403);
  const guarded = await addTestLine(desk.db);
  const bulk = await uploadAndCheck(
    supervisor,
    csvOf([
      { ticket: id },
      { ticket: again },
      { ticket: 'no-such-ticket' },
      { ticket: guarded.id, serviceLine: 'another' },
      { ticket: other.id, serviceLine: other.lineId },
      { ticket: '', downKbps: 'fast' },
    ]),
  );
  const rows = await rowsOf(supervisor, bulk.bulkId);
  const codes = rows.map(({ verdict }) => verdict?.problem?.code ?? null);
  assert.deepEqual(codes, [
    null,
    'duplicate-row',
    'ctt-not-found',
    'malformed-request',
    null,
    'malformed-request',
  ]);
  assert.equal(rows[1]?.verdict?.problem?.firstRow, 1);
  assert.deepEqual(rows[3]?.verdict?.problem?.errors, [
    {
      pointer: '/serviceLine',
      code: 'other-line',
      detail: 'The ticket is not of line another',
    },
  ]);
  const { errors } = errorsOf.parse(rows[5]?.verdict?.problem);
  assert.deepEqual(
    errors.map(({ pointer }) => pointer),
    ['/ticket', '/new/bandwidth/downKbps'],
  );
});

test('a value that an earlier row frees is named with that row', async () => {
  const [first, second] = [await addTestLine(desk.db), await addTestLine(desk.db)];
  const { ipAddress } = cpeOf(await readTicket(supervisor, first.id));
  const free = { ticket: first.id, ipAddress: newAddress() };
  const wants = { ticket: second.id, ipAddress };
  const codesOf = async (rows: Row[]) => {
    const { bulkId } = await uploadAndCheck(supervisor, csvOf(rows));
    return (await rowsOf(supervisor, bulkId)).map(({ verdict }) => verdict?.problem);
  };
  const [, freed] = await codesOf([free, wants]);
  assert.equal(freed?.code, 'value-in-use');
  assert.equal(freed?.freedByRow, 1);
  const [tooEarly] = await codesOf([wants, free]);
  assert.equal(tooEarly?.code, 'value-in-use');
  assert.equal(tooEarly?.freedByRow, undefined);
});
