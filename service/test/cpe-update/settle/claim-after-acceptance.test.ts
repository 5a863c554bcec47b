import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cpeUpdateSchema } from '@cpe-desk/contract';
import { run, statement } from '../../../src/platform/database/database.ts';
import { assertProblem } from '../../support/assert-problem.ts';
import { assertSettled } from '../../support/invariants.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../../support/test-desk.ts';
import { addTestLine } from '../../support/test-line.ts';
import { until } from '../../support/until.ts';

let desk: TestDesk;
let operator: Client;
let supervisor: Client;

before(async () => {
  desk = await startTestDesk({ nigTimeoutMs: 200, settleDeadlineMs: 500 });
  operator = await desk.as('demo-operator');
  supervisor = await desk.as('demo-supervisor');
});
after(() => desk[Symbol.asyncDispose]());

const moveToOlt = statement<never, [lineId: string, oltId: string]>(
  'test-move-to-olt',
  'update line_path set network_element_id = $2 where service_line_id = $1 and position = 0',
);

test('after NIG accepted, another line holds the port: a person gets it, and no line gets the port twice', async () => {
  const line = await addTestLine(desk.db, { cpe: { port: '0/1/3:12' } });
  const body = await updateBody(operator, line.id, { ipAddress: '10.90.0.1' });
  // The other line has this port, on the OLT that the line moves to while NIG is asked.
  const other = await addTestLine(desk.db, { olt: 'olt-new', cpe: { port: '0/1/3:12' } });
  await desk.nig.setFaults({ mode: 'drop-after-apply', lookup: false });
  const sent = operator.post(`/ticket/ctt/cpe/update/${line.id}`, body);
  const updateId = String(assertProblem(await sent, 'nig-outcome-unknown').updateId);
  await run(desk.db, moveToOlt, [line.lineId, 'olt-new']);
  await desk.nig.setFaults({ mode: 'none' });

  const look = async () =>
    cpeUpdateSchema.parse((await operator.get(`/ticket/ctt/cpe/updates/${updateId}`)).body);
  const { attention, nig } = await until('a person has to look', async () => {
    const update = await look();
    return update.state === 'needs-attention' && update;
  });
  assert.equal(
    attention?.reason,
    'NIG accepted the update, but another line holds port 0/1/3:12 of OLT olt-new',
  );
  await assertSettled(desk, operator, other.id);

  // The other line was recorded with the wrong port; after its correction the update is written.
  const freed = await updateBody(operator, other.id, { port: '0/1/3:13' });
  assert.equal((await operator.post(`/ticket/ctt/cpe/update/${other.id}`, freed)).status, 200);
  const settlement = { outcome: 'accepted', nigReference: nig.reference, reason: 'other line corrected' };
  const settled = await supervisor.post(`/ticket/ctt/cpe/updates/${updateId}/settle`, settlement);
  assert.equal(cpeUpdateSchema.parse(settled.body).state, 'applied');
  assert.deepEqual(await assertSettled(desk, operator, line.id), body.new);
  await assertSettled(desk, operator, other.id);
});
