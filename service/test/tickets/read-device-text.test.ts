import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceReadingSchema, LONGEST_DEVICE_TEXT } from '@cpe-desk/contract';
import { assertProblem } from '../support/assert-problem.ts';
import { useDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { updateBody } from '../support/updates.ts';

const desk = await useDesk();
const { operator } = desk;

const read = (id: string, text: unknown, by = operator) =>
  by.post(`/ticket/ctt/cpe/read/${id}`, typeof text === 'string' ? { text } : text);
const readingOf = async (id: string, text: string) => {
  const answer = await read(id, text);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return deviceReadingSchema.parse(answer.body);
};

const blockOf = (serial: string, ont: number) =>
  `  F/S/P   : 0/1/6\n  ONT-ID  : ${ont}\n  SN      : ${serial}\n  Run state : online\n`;

test('reads a text for the line, names each line that it is from, and sends and records nothing', async () => {
  const { id } = await addTestLine(desk.db);
  const sent = (await desk.nig.log()).length;
  const before = await updateBody(operator, id);
  const { source, devices, chosen, unread } = await readingOf(id, blockOf('HWTC1A2B3C4D', 2));
  assert.deepEqual([source, devices.length, chosen], ['huawei-ont-info', 1, 0]);
  assert.deepEqual(devices[0]?.fields.port, {
    value: '0/1/6:2',
    from: [
      { line: 1, text: 'F/S/P   : 0/1/6' },
      { line: 2, text: 'ONT-ID  : 2' },
    ],
    alternatives: [],
  });
  assert.equal(devices[0]?.fields.serialNumber?.value, 'HWTC1A2B3C4D');
  assert.deepEqual(unread, [{ line: 4, text: 'Run state : online' }]);
  assert.equal((await desk.nig.log()).length, sent);
  assert.deepEqual(await updateBody(operator, id), before);
});

test('of two devices chooses the one with the recorded serial number, else none', async () => {
  const { id } = await addTestLine(desk.db, { cpe: { serialNumber: 'HWTC0000BB01' } });
  const text = blockOf('HWTC0000AA01', 2) + blockOf('HWTC0000BB01', 3);
  const { chosen, devices } = await readingOf(id, text);
  assert.deepEqual([chosen, devices[1]?.match], [1, ['serialNumber']]);
  const other = await readingOf(id, blockOf('HWTC0000AA01', 2) + blockOf('HWTC0000CC01', 3));
  assert.deepEqual(
    [other.chosen, other.notes.map(({ code }) => code)],
    [null, ['several-devices']],
  );
});

test('says which models the catalogue does not have, and whose serial number it is', async () => {
  const { id } = await addTestLine(desk.db);
  const { notes } = await readingOf(id, 'Vendor: Zyxel\nModel: NX-1\nSN: HWTC1A2B3C4D');
  assert.deepEqual(
    notes.map(({ code, pointer }) => [code, pointer]),
    [
      ['vendor-mismatch', '/devices/0/fields/serialNumber'],
      ['unknown-model', '/devices/0/fields/model'],
    ],
  );
  const known = await readingOf(id, 'Vendor: huawei\nModel: hg8245hv5\nSN: HWTC1A2B3C4D');
  assert.deepEqual(known.notes, []);
});

test('asks about what the update of this line would refuse, and says why', async () => {
  const { id } = await addTestLine(desk.db);
  const { devices, notes } = await readingOf(id, 'SN: 0023456789\nPort: 9/9/9:9');
  assert.deepEqual(
    [devices[0]?.fields.serialNumber?.value, devices[0]?.fields.port?.value],
    [null, null],
  );
  assert.deepEqual(
    notes.map(({ code, pointer }) => [code, pointer]),
    [
      ['refused-for-line', '/devices/0/fields/serialNumber'],
      ['refused-for-line', '/devices/0/fields/port'],
    ],
  );
  const router = 'Vendor: MikroTik\nModel: RB2011UiAS-RM\nSN: 0023456789';
  const serial = (await readingOf(id, router)).devices[0]?.fields.serialNumber;
  assert.equal(serial?.value, '0023456789');
});

test('finds nothing in a text that says nothing', async () => {
  const { id } = await addTestLine(desk.db);
  const { devices, chosen, unread } = await readingOf(id, 'the customer says that it is slow');
  assert.deepEqual([devices, chosen, unread.length], [[], null, 1]);
});

test('takes up to 256 KiB, and names what is wrong with the rest', async () => {
  const { id } = await addTestLine(desk.db);
  const text = `SN: HWTC1A2B3C4D\n${'é'.repeat((LONGEST_DEVICE_TEXT - 17) / 2)}`;
  assert.equal((await readingOf(id, text.slice(0, -1))).devices.length, 1);
  assertProblem(await read(id, 'x'.repeat(LONGEST_DEVICE_TEXT + 1)), 'body-too-large');
  assertProblem(await read(id, { text: 'x'.repeat(7 * LONGEST_DEVICE_TEXT) }), 'body-too-large');
  for (const body of [{}, { text: 1 }, { text: 'x', more: true }])
    assertProblem(await read(id, body), 'malformed-request');
});

test('is for those who may preview, on tickets that they may see', async () => {
  const { id } = await addTestLine(desk.db);
  assertProblem(await read('none', 'x'), 'ctt-not-found');
  assertProblem(await read(id, 'x', desk.reviewer), 'forbidden');
});
