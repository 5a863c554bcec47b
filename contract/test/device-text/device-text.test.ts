import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRate, readRates } from '../../src/device-text/core/rates.ts';
import type { ReadFields } from '../../src/device-text/core/reading.ts';
import { readDeviceText } from '../../src/device-text/read-device-text.ts';
import { type FormField, readFieldText } from '../../src/device-text/read-field-text.ts';
import { decodeText } from './decode-text.ts';
import { oltOf } from './olts.ts';
import { readForLine } from './read-for-line.ts';

/**
 * What the texts of a folder must be read as, in its `reading.json`. A field is its value, or
 * `{ choose: [values] }` where the operator has to choose. Nothing else may be read.
 */
type Expected = {
  /** The manufacturer of the OLT, as in `olts.ts`. */
  olt: string;
  inputs: Record<
    string,
    {
      source?: string;
      devices?: Record<string, unknown>[];
      fields?: Record<string, unknown>;
      /** Of each line, as the form reads a rate, or both rates; null: neither. */
      rates?: unknown[];
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

const check = async (folder: string, file: string, { olt: maker, inputs }: Expected) => {
  const expected = inputs[file];
  const olt = oltOf(maker);
  assert.ok(expected);
  const { text } = decodeText(await readFile(join(folder, file)));
  if (expected.rates) {
    const lines = text.split('\n').filter((line) => line !== '');
    const rates = lines.map((line) => readRate(line, 'k') ?? readRates(line) ?? null);
    return assert.deepEqual(rates, expected.rates);
  }
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
  const { source, devices, notes, unread } = readForLine(text, maker);
  const said = devices.map(({ fields }) => saidOf(fields));
  assert.deepEqual(said, expected.devices);
  assert.deepEqual(
    notes.map(({ code }) => code),
    expected.notes,
  );
  assert.deepEqual([source, unread.length], [expected.source, expected.unread]);
  for (const device of said) count(device);
};

for (const parent of [CASES, SAMPLES])
  for (const name of (await readdir(parent)).sort()) {
    const folder = join(parent, name);
    const files = name.endsWith('.md') ? [] : await readdir(folder);
    if (!files.includes('reading.json')) continue;
    const expected: Expected = JSON.parse(await readFile(join(folder, 'reading.json'), 'utf8'));
    for (const file of Object.keys(expected.inputs))
      test(`${name}, ${file}`, () => check(folder, file, expected));
  }

test('each sample has what must be read of it', async () => {
  for (const name of await readdir(SAMPLES)) {
    const { inputs }: Expected = JSON.parse(
      await readFile(join(SAMPLES, name, 'reading.json'), 'utf8'),
    );
    const texts = (await readdir(join(SAMPLES, name))).filter((file) => file !== 'reading.json');
    assert.deepEqual(texts.sort(), Object.keys(inputs).sort());
  }
});

test('of several devices the one that equals the record is chosen, and nothing is chosen otherwise', async () => {
  const text = await readFile(join(SAMPLES, 'huawei/huawei-ont-info-all.txt'), 'utf8');
  const olt = oltOf('Huawei');
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

test('of rows with serial numbers and addresses the one with the recorded serial is chosen', async () => {
  const text = await readFile(join(SAMPLES, 'people/rows-serial-address.txt'), 'utf8');
  const recorded = {
    ...{ manufacturer: 'Huawei', model: 'HG8245Hv5', ipAddress: '10.20.0.7', port: '0/1/9:9' },
    ...{ bandwidth: { downKbps: 1, upKbps: 1 }, serialNumber: 'HWTCAAAA0001', macAddress: null },
  };
  const { devices, chosen } = readDeviceText(text, { olt: oltOf('Huawei'), recorded });
  assert.deepEqual([devices.length, chosen], [2, 0]);
  assert.deepEqual(devices[0]?.match, ['serialNumber']);
});

test('says that UTF-16 was pasted as another encoding, and reads it', () => {
  const text = [...'SN : HWTC1A2B3C4D'].map((character) => `${character}\0`).join('');
  const { devices, notes } = readDeviceText(text, { olt: oltOf('Huawei'), recorded: null });
  assert.equal(devices[0]?.fields.serialNumber?.value, 'HWTC1A2B3C4D');
  assert.deepEqual(
    notes.map(({ code }) => code),
    ['encoding-guessed'],
  );
});

test('the port field takes the levels with their names, and the PON port with its ONU', () => {
  for (const text of ['frame 0 slot 1 port 6 ont 2', '0/1/6 onu 2', 'F/S/P 0/1/6 ONT 2']) {
    const { fields, notes } = readFieldText('port', text, oltOf('Huawei'));
    assert.deepEqual([fields.port?.value, notes], ['0/1/6:2', []], text);
  }
});
