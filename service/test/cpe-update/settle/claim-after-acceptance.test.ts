import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpeUpdateSchema } from '@cpe-desk/contract';
import { run, statement } from '../../../src/platform/database/database.ts';
import { useDesk } from '../../support/desk.ts';
import { assertSettled } from '../../support/invariants.ts';
import { addTestLine } from '../../support/test-line.ts';
import { leaveUnknown, updateCpe, waitForState } from '../../support/updates.ts';

const desk = await useDesk({ nigTimeoutMs: 200, settleDeadlineMs: 500 });
const { operator, supervisor } = desk;

const moveToOlt = statement<never, [lineId: string, oltId: string]>(
  'test-move-to-olt',
  'update line_path set network_element_id = $2 where service_line_id = $1 and position = 0',
);

test('an accepted update whose port another line holds needs a person; no port is on two lines', async () => {
  // Another line has this port on the OLT that the line moves to while NIG is asked.
  const other = await addTestLine(desk.db, { olt: 'olt-new', cpe: { port: '0/1/3:12' } });
  const { updateId, ...line } = await leaveUnknown(desk, {
    line: { cpe: { port: '0/1/3:12' } },
    lookup: false,
  });
  await run(desk.db, moveToOlt, [line.lineId, 'olt-new']);
  await desk.nig.setFaults();
  const { attention, nig } = await waitForState(operator, updateId, 'needs-attention');
  assert.equal(
    attention?.reason,
    'NIG accepted the update, but another line holds port 0/1/3:12 of OLT olt-new',
  );
  await assertSettled(desk, operator, other.id);

  // The other line had the wrong port on record. After its correction the update is applied.
  await updateCpe(operator, other.id, { port: '0/1/3:13' });
  const settlement = {
    outcome: 'accepted',
    nigReference: nig.reference,
    reason: 'other line corrected',
  };
  const settled = await supervisor.post(`/ticket/ctt/cpe/updates/${updateId}/settle`, settlement);
  assert.equal(cpeUpdateSchema.parse(settled.body).state, 'applied');
  assert.deepEqual(await assertSettled(desk, operator, line.id), line.body.new);
  await assertSettled(desk, operator, other.id);
});
