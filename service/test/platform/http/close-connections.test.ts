import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startTestDesk } from '../../support/desk.ts';
import { until } from '../../support/until.ts';
import { prepareUpdate } from '../../support/updates.ts';

test('a desk that stops answers running requests and does not wait for silent connections', async () => {
  const desk = await startTestDesk();
  const { send } = await prepareUpdate(desk);
  const silent = connect(Number(new URL(desk.origin).port), '127.0.0.1');
  await once(silent, 'connect');
  const silentEnds = once(silent, 'close');
  silent.on('error', () => {}).resume();
  await desk.nig.setFaults({ latencyMs: 500 });
  const answer = send();
  await until('NIG is being asked', async () => (await desk.nig.log()).length > 0);
  const stopped = desk[Symbol.asyncDispose]();
  const first = await Promise.race([answer.then(() => 'answer'), silentEnds.then(() => 'silent')]);
  assert.equal(first, 'silent', 'the silent connection ends before the answer');
  await stopped;
  assert.equal((await answer).status, 200);
});
