import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cpeUpdateAnswerSchema, historyPageSchema, ticketSchema } from '@cpe-desk/contract';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine } from '../support/test-line.ts';

let desk: TestDesk;
let operator: Client;

before(async () => {
  desk = await startTestDesk();
  operator = await desk.as('demo-operator');
});
after(() => desk[Symbol.asyncDispose]());

test('a correction reaches NIG, the CPE, the corp-data record and the history, and the answer shows all four', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, { ipAddress: '10.60.0.1', port: '0/5/3/12' });
  const { status, body: answered } = await operator.post(`/ticket/ctt/cpe/update/${id}`, body);
  assert.equal(status, 200);
  const answer = cpeUpdateAnswerSchema.parse(answered);
  const after = { ...body.current, ipAddress: '10.60.0.1', port: '0/5/3:12' };
  assert.deepEqual(answer.cpe, { ...after, version: 2 });
  assert.deepEqual(answer.corpData.cpe, after);
  assert.deepEqual(answer.history.changed, ['ipAddress', 'port']);
  assert.deepEqual(await desk.nig.cpeOf(lineId), after);
  const ticket = ticketSchema.parse((await operator.get(`/ticket/ctt/${id}`)).body);
  assert.deepEqual([ticket.cpe, ticket.corpData], [answer.cpe, answer.corpData]);
  const { items } = historyPageSchema.parse((await operator.get(`/ticket/ctt/cpe/history/${id}`)).body);
  assert.deepEqual(items, [answer.history]);
});
