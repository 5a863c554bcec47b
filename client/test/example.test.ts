import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createClient } from '@cpe-desk/client';
import { useDesk } from '../../service/test/support/desk.ts';
import { runProgram } from '../../service/test/support/run-program.ts';
import { addTestLine } from '../../service/test/support/test-line.ts';

const EXAMPLE = fileURLToPath(new URL('../examples/correct-address.ts', import.meta.url));

const desk = await useDesk({ nigTimeoutMs: 300 });
const bringToken = async () => (await desk.operator.authorization()).replace('Bearer ', '');

afterEach(() => desk.nig.setFaults({ mode: 'none' }));

/** Runs the example as a reader of the README would. */
const correct = async (ticketNo: string, address: string) => {
  const args = [
    '--desk',
    desk.origin,
    '--ticket',
    ticketNo,
    '--address',
    address,
    '--reason',
    'test',
  ];
  return runProgram(EXAMPLE, args, { ...process.env, DESK_TOKEN: await bringToken() });
};

test('the example finds a ticket, previews, updates, and sees the update applied', async () => {
  const { n, id } = await addTestLine(desk.db);
  const { code, out, err } = await correct(`CTT-${n}`, '10.88.0.1');
  assert.equal(code, 0, err);
  assert.match(out, /^a correction of ipAddress$/m);
  assert.match(out, /^[0-9a-f-]{36} is applied$/m);
  const client = createClient({ baseUrl: desk.origin, token: bringToken });
  const { data } = await client.GET('/ticket/ctt/{id}', { params: { path: { id } } });
  assert.equal(data?.cpe?.ipAddress, '10.88.0.1');
});

test('the example follows an update whose outcome is unknown until it is settled', async () => {
  await desk.nig.setFaults({ mode: 'drop-after-apply' });
  const { n } = await addTestLine(desk.db);
  const { code, out, err } = await correct(`CTT-${n}`, '10.88.0.2');
  assert.equal(code, 0, err);
  assert.match(out, /^[0-9a-f-]{36} is applied$/m);
});

test('a refusal has its problem’s code, typed', async () => {
  const { n } = await addTestLine(desk.db);
  const { code, err } = await correct(`CTT-${n}`, '999.0.0.1');
  assert.notEqual(code, 0);
  assert.match(err, /preview: invalid-cpe: /);
  const { error } = await createClient({ baseUrl: desk.origin }).GET('/ticket/ctt');
  assert.equal(error?.code, 'unauthenticated');
});
