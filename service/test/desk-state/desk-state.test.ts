import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deskStateSchema } from '@cpe-desk/contract';
import { run, statement } from '../../src/platform/database/database.ts';
import type { Client } from '../support/client.ts';
import { useDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';

const desk = await useDesk();
const stateFor = async (client: Client) =>
  deskStateSchema.parse((await client.get('/desk-state')).body);

const addDrift = statement<never, [line: string]>(
  'test-add-drift',
  `insert into drift (service_line_id, holder, found_at, seen_at, fields, recorded)
   values ($1, 'nig', now(), now(), '{port}', '{}')`,
);

test('everyone hears of a hold; only who may see it hears how much work waits', async () => {
  const line = await addTestLine(desk.db, { segmentGroup: 'SME' });
  await run(desk.db, addDrift, [line.lineId]);
  await desk.supervisor.put('/policy/hold', { held: true, reason: 'NIG is being replaced' });
  const [operator, supervisor] = [await stateFor(desk.operator), await stateFor(desk.supervisor)];
  await desk.supervisor.put('/policy/hold', { held: false });
  assert.equal(operator.hold.reason, 'NIG is being replaced');
  assert.deepEqual([operator.attention, operator.differences], [null, null]);
  assert.deepEqual([supervisor.attention, supervisor.differences], [0, 1]);
  assert.equal(operator.unread, 0);
  assert.equal(supervisor.incident, null);
  // A bearer token has no session.
  assert.equal(supervisor.sessionEndsAt, null);
});

test('reads of some length are compressed, small ones and answers to a POST are not', async () => {
  const encoding = async (path: string, options: { method?: string; body?: string } = {}) => {
    const headers = { 'accept-encoding': 'br', 'content-type': 'application/json' };
    const answer = await desk.operator.fetch(path, {
      ...options,
      headers: options.body ? headers : { 'accept-encoding': 'br' },
    });
    return answer.headers.get('content-encoding');
  };
  const { id } = await addTestLine(desk.db, { segmentGroup: 'SME' });
  for (let n = 0; n < 10; n += 1) await addTestLine(desk.db, { segmentGroup: 'SME' });
  assert.equal(await encoding('/ticket/ctt'), 'br');
  assert.equal(await encoding('/policy/hold'), null);
  assert.equal(await encoding('/ticket/ctt/export.csv'), null);
  const body = JSON.stringify({ text: 'SN: HWTC1A2B3C4D\n'.repeat(200) });
  const sent = { method: 'POST', body };
  assert.equal(await encoding(`/ticket/ctt/cpe/read/${id}`, sent), null);
});
