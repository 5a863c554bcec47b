import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeText } from '../../src/device-text/core/decode.ts';
import type { ReadFields } from '../../src/device-text/core/reading.ts';
import { readDeviceText } from '../../src/device-text/read-device-text.ts';
import { type FormField, readFieldText } from '../../src/device-text/read-field-text.ts';
import type { OltFacts } from '../../src/fields/ports/read-port-text.ts';

/**
 * What a text must be read as. A field is its value, or `{ choose: [values] }` where the operator
 * has to choose. Nothing else may be read.
 */
type Expected = {
  olt: OltFacts;
  inputs: Record<
    string,
    {
      source?: string;
      devices?: Record<string, unknown>[];
      fields?: Record<string, unknown>;
      notes: string[];
      unread?: number;
    }
  >;
};

const CASES = join(import.meta.dirname, 'field-cases');
const SAMPLES = join(import.meta.dirname, 'samples');
const FIELDS: Readonly<Record<string, FormField>> = {
  port: 'port',
  mac: 'macAddress',
  serial: 'serialNumber',
  ip: 'address',
};

const readExpected = async (file: string): Promise<Expected> =>
  JSON.parse(await readFile(file, 'utf8'));

const saidOf = (fields: ReadFields): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { value, alternatives }]) => [
      name,
      value ?? { choose: alternatives.map((each) => each.value) },
    ]),
  );

/** By the kind of the case: how many fields were read, and how many are asked about. */
const tally = { right: 0, asked: 0 };
process.on('exit', () =>
  console.log(`fields read right: ${tally.right}, asked about: ${tally.asked}`),
);

const count = (fields: Record<string, unknown>): void => {
  for (const value of Object.values(fields))
    if (typeof value === 'object' && value !== null && 'choose' in value) tally.asked += 1;
    else tally.right += 1;
};

const check = async (folder: string, file: string, { olt, inputs }: Expected): Promise<void> => {
  const expected = inputs[file];
  assert.ok(expected);
  const { text } = decodeText(await readFile(join(folder, file)));
  const field = FIELDS[/^field-(\w+)\./.exec(file)?.[1] ?? ''];
  if (field) {
    const { fields, notes } = readFieldText(field, text, olt);
    assert.deepEqual(saidOf(fields), expected.fields);
    assert.deepEqual(
      notes.map(({ code }) => code),
      expected.notes,
    );
    return count(saidOf(fields));
  }
  const { source, devices, notes, unread } = readDeviceText(text, { olt, recorded: null });
  const said = devices.map(({ fields }) => saidOf(fields));
  assert.deepEqual(said, expected.devices);
  assert.deepEqual(
    notes.map(({ code }) => code),
    expected.notes,
  );
  assert.deepEqual([source, unread.length], [expected.source, expected.unread]);
  for (const device of said) count(device);
};

for (const name of (await readdir(CASES)).sort()) {
  const folder = join(CASES, name);
  const files = name.startsWith('README') ? [] : await readdir(folder);
  if (!files.includes('reading.json')) continue;
  const expected = await readExpected(join(folder, 'reading.json'));
  for (const file of Object.keys(expected.inputs))
    test(`field case ${name}, ${file}`, () => check(folder, file, expected));
}

for (const file of (await readdir(SAMPLES)).sort().filter((each) => each.endsWith('.txt')))
  test(`sample ${file}`, async () => {
    await check(SAMPLES, file, await readExpected(join(SAMPLES, file.replace('.txt', '.json'))));
  });

test('of several devices the one that equals the record is chosen, and nothing is chosen otherwise', async () => {
  const text = await readFile(join(SAMPLES, 'huawei-ont-info-all.txt'), 'utf8');
  const { olt } = await readExpected(join(SAMPLES, 'huawei-ont-info-all.json'));
  const recorded = {
    ...{ manufacturer: 'Huawei', model: 'HG8245Hv5', ipAddress: '10.20.0.7', port: '0/1/9:9' },
    ...{ bandwidth: { downKbps: 1, upKbps: 1 }, serialNumber: 'HWTCAABBCCDD', macAddress: null },
  };
  const reading = readDeviceText(text, { olt, recorded });
  assert.equal(reading.chosen, 1);
  assert.deepEqual(reading.devices[1]?.match, ['serialNumber']);
  assert.deepEqual(reading.notes, []);
  assert.equal(
    readDeviceText(text, { olt, recorded: { ...recorded, serialNumber: null } }).chosen,
    null,
  );
});
