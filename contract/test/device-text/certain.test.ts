import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DeviceModel } from '../../src/catalogue.ts';
import { type CpeFacts, cpeErrors } from '../../src/cpe-validation.ts';
import { askAboutRefused } from '../../src/device-text/ask-about-refused.ts';
import type { ReadFields } from '../../src/device-text/core/reading.ts';
import { readDeviceText } from '../../src/device-text/read-device-text.ts';
import { decodeText } from './decode-text.ts';
import { oltOf } from './olts.ts';
import { readForLine } from './read-for-line.ts';

const recorded = {
  ...{ manufacturer: 'Huawei', model: 'HG8245Hv5', ipAddress: '10.20.0.7', port: '0/1/3:12' },
  ...{ bandwidth: { downKbps: 300_000, upKbps: 100_000 }, macAddress: null },
  serialNumber: 'HWTC1A2B3C4D',
};

const model = (access: string): DeviceModel => ({
  ...{ manufacturer: 'Huawei', model: 'HG8245Hv5', partNumber: null, access, lanPorts: null },
  ...{ wanPorts: null, maxPortKbps: 1_000_000, withdrawn: false, aliases: [], note: null },
  source: null,
});

const lineAt = (maker: string, facts: Partial<CpeFacts>): CpeFacts => ({
  ...{ oltManufacturer: maker, oltPorts: oltOf(maker).ports, accessType: null },
  ...{ allowedPrefixes: [], unknownModel: 'refuse', recorded, model: null },
  ...facts,
});

/** Lines that refuse different things. */
const LINES: readonly CpeFacts[] = [
  lineAt('Huawei', { accessType: 'GPON', model: model('gpon') }),
  lineAt('ZTE', { accessType: 'XGS-PON', recorded: null, unknownModel: 'warn' }),
  lineAt('Nokia', { allowedPrefixes: ['10.20.0.0/24', '2001:db8::/32'], model: model('ethernet') }),
  lineAt('Zyxel', { model: { ...model('gpon'), withdrawn: true } }),
];

const readFor = (text: string, { model: found, ...facts }: CpeFacts) => {
  const olt = { manufacturer: facts.oltManufacturer, ports: facts.oltPorts };
  const reading = readDeviceText(text, { olt, recorded: facts.recorded ?? null });
  return askAboutRefused(
    reading,
    facts,
    reading.devices.map(() => found),
  );
};

/** The errors of an update that takes each certain value of the fields, and has all else right. */
const errorsOf = (fields: ReadFields, facts: CpeFacts): string[] => {
  const certain = Object.entries(fields).flatMap(([field, { value }]) =>
    value === null ? [] : [[field, value] as const],
  );
  const names = certain.map(([field]) => field);
  const cpe = { ...recorded, ...facts.recorded, ...Object.fromEntries(certain) };
  return cpeErrors(cpe, facts)
    .filter(({ pointer, code }) => {
      // Which of the two fields an IPv6 address goes into is the form's to say.
      return names.includes(pointer.split('/')[1] ?? '') && code !== 'second-ipv6-address';
    })
    .map(({ pointer, code }) => `${pointer} ${code}`);
};

const textsOf = async (parent: string): Promise<{ name: string; text: string }[]> => {
  const files = await readdir(join(import.meta.dirname, parent), { recursive: true });
  return Promise.all(
    files
      .filter((file) => /\.(?:txt|json|csv|xml)$/.test(file) && !/reading|expected/.test(file))
      .map(async (name) => ({
        name,
        text: decodeText(await readFile(join(import.meta.dirname, parent, name))).text,
      })),
  );
};

test('each certain value of each sample and case passes the rules of the line', async () => {
  const texts = [...(await textsOf('samples')), ...(await textsOf('field-cases'))];
  assert.ok(texts.length > 300);
  let certain = 0;
  for (const { name, text } of texts)
    for (const facts of LINES)
      for (const { fields } of readFor(text, facts).devices) {
        assert.deepEqual(errorsOf(fields, facts), [], `${name} at ${facts.oltManufacturer}`);
        certain += Object.values(fields).filter(({ value }) => value !== null).length;
      }
  assert.ok(certain > 1000);
});

test('a serial number that is no PON one is certain only where the model is known as not PON', () => {
  const [pon, , ethernet] = LINES;
  assert.ok(pon && ethernet);
  const [asked] = readFor('SN: 0023456789', pon).devices;
  assert.equal(asked?.fields.serialNumber?.value, null);
  assert.match(asked?.fields.serialNumber?.alternatives[0]?.meaning ?? '', /4 letters and 8 hex/);
  const [read] = readFor('SN: 0023456789', ethernet).devices;
  assert.equal(read?.fields.serialNumber?.value, '0023456789');
});

test('an address, a rate and a model that the line refuses are asked about, with the reason', () => {
  const [, , limited, withdrawn] = LINES;
  assert.ok(limited && withdrawn);
  const said = (text: string, facts: CpeFacts) => {
    const { devices, notes } = readFor(text, facts);
    return [Object.values(devices[0]?.fields ?? {}).map(({ value }) => value), notes.length];
  };
  assert.deepEqual(said('IP: 10.30.0.7', limited), [[null], 1]);
  assert.deepEqual(said('IP: 10.20.0.9', limited), [['10.20.0.9'], 0]);
  assert.deepEqual(said('Speed: 2G/1G', limited), [[null], 1]);
  assert.deepEqual(said('Model: HG8245Hv5', withdrawn), [[null], 1]);
});

test('the choice between an old and a new device names them, in each language', () => {
  for (const text of [
    'old ONT HWTC1A2B3C4D, new ONT HWTC1A2B3C4E',
    'SN lama: HWTC1A2B3C4D, SN baru: HWTC1A2B3C4E',
    'alte ONT HWTC1A2B3C4D, neue ONT HWTC1A2B3C4E',
    'ONT HWTC1A2B3C4D (old) and ONT HWTC1A2B3C4E (new)',
    'removed HWTC1A2B3C4D, installed HWTC1A2B3C4E',
    'HWTC1A2B3C4D -> HWTC1A2B3C4E',
    'HWTC1A2B3C4D → HWTC1A2B3C4E',
    'replace HWTC1A2B3C4D by HWTC1A2B3C4E',
    'replaced SN HWTC1A2B3C4D with HWTC1A2B3C4E',
    'HWTC1A2B3C4D durch HWTC1A2B3C4E ersetzt',
    'defekte ONT HWTC1A2B3C4D, Ersatz HWTC1A2B3C4E',
    'ganti ONT HWTC1A2B3C4D dengan HWTC1A2B3C4E',
    'ONT antigua HWTC1A2B3C4D, ONT nueva HWTC1A2B3C4E',
    'faulty ont HWTC1A2B3C4D replacement ont HWTC1A2B3C4E',
  ]) {
    const serial = readForLine(text, 'Huawei').devices[0]?.fields.serialNumber;
    assert.equal(serial?.value, null, text);
    const meanings = new Map(serial.alternatives.map((each) => [each.value, each.meaning]));
    assert.match(meanings.get('HWTC1A2B3C4D') ?? '', /^the old one/, text);
    assert.match(meanings.get('HWTC1A2B3C4E') ?? '', /^the new one/, text);
  }
});

test('the old device of a swap is not chosen, though it equals the record', () => {
  const text = 'Old ONT:\nSN: HWTC1A2B3C4D\nNew ONT:\nSN: HWTC1A2B3C4E\n';
  const { devices, chosen } = readDeviceText(text, { olt: oltOf('Huawei'), recorded });
  assert.deepEqual([devices[0]?.match, devices[0]?.fields.serialNumber?.value], [[], null]);
  assert.equal(chosen, null);
  const swapped = { ...recorded, serialNumber: 'HWTC1A2B3C4E' };
  assert.equal(readDeviceText(text, { olt: oltOf('Huawei'), recorded: swapped }).chosen, 1);
});
