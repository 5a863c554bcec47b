import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startTestDesk, updateBody } from '../../support/test-desk.ts';
import { addTestLine } from '../../support/test-line.ts';
import { until } from '../../support/until.ts';

test('connections that never asked anything do not hold up the end; a request under way gets its answer', async () => {
  const desk = await startTestDesk();
  const operator = await desk.as('demo-operator');
  const { id } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, {});
  const silent = connect(Number(new URL(desk.origin).port), '127.0.0.1');
  await once(silent, 'connect');
  const silentEnds = once(silent, 'close');
  silent.on('error', () => {}).resume();
  await desk.nig.setFaults({ mode: 'none', latencyMs: 500 });
  const answer = operator.post(`/ticket/ctt/cpe/update/${id}`, body);
  await until('NIG is being asked', async () => (await desk.nig.log()).length > 0);
  await desk[Symbol.asyncDispose]();
  assert.equal((await answer).status, 200);
  await silentEnds;
});
