import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpeUpdateAnswerSchema } from '@cpe-desk/contract';
import { useDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { postUpdate, readHistory, readTicket, updateBody } from '../support/updates.ts';

const desk = await useDesk();
const { operator } = desk;

test('a correction changes the CPE, NIG, the corp data and the history', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, { ipAddress: '10.60.0.1', port: '0/5/3/12' });
  const { status, body: answered } = await postUpdate(operator, id, body);
  assert.equal(status, 200);
  const answer = cpeUpdateAnswerSchema.parse(answered);
  const after = { ...body.current, ipAddress: '10.60.0.1', port: '0/5/3:12' };
  assert.deepEqual(answer.cpe, { ...after, version: 2 });
  assert.deepEqual(answer.corpData.cpe, after);
  assert.deepEqual(answer.history.changed, ['ipAddress', 'port']);
  assert.deepEqual(await desk.nig.cpeOf(lineId), after);
  const ticket = await readTicket(operator, id);
  assert.deepEqual([ticket.cpe, ticket.corpData], [answer.cpe, answer.corpData]);
  const items = await readHistory(operator, id);
  assert.deepEqual(items, [answer.history]);
});
