import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanText } from '../../src/device-text/core/decode.ts';
import { readDeviceText } from '../../src/device-text/read-device-text.ts';
import { readFieldText } from '../../src/device-text/read-field-text.ts';

const ports = { frames: [0, 0], slots: [0, 17], ports: [0, 16], onuIds: [0, 127] } as const;
const olt = { manufacturer: 'Huawei', ports: structuredClone(ports) as never };
const facts = { olt, recorded: null };

/** `FUZZ_RUNS=100000 npm run fuzz` for the long run. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 1000);

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), minLength: length, maxLength: length });
const serial = hex(8)
  .filter((digits) => digits !== '00000000')
  .map((digits) => `HWTC${digits}`);
const piece = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'SN : ',
    'F/S/P : ',
    'ONT-ID : ',
    'IP: ',
    '\t',
    ';',
    '{"',
    '}',
    '[',
    '\u001b[37D',
    '---- More ----',
  ),
  fc.constantFrom(
    '<Name>',
    'lease ',
    'gpon-onu_1/2/3:4',
    '10.20.0.7',
    '3c:15:fb:00:12:34',
    '1/1/5/1/7',
    '300/100',
  ),
  serial,
);
const anyText = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
const anyLines = fc.array(anyText, { maxLength: 8 }).map((lines) => lines.join('\n'));

test('reads any text without an error, and accounts for each line', () => {
  fc.assert(
    fc.property(anyLines, (text) => {
      const { devices, chosen, unread } = readDeviceText(text, facts);
      assert.ok(chosen === null || devices[chosen] !== undefined);
      const lines = text.split(/\n/).length + text.split(/\r/).length;
      for (const { line } of unread) assert.ok(line >= 1 && line <= lines);
    }),
    { numRuns },
  );
});

test('reads any bytes that were pasted as text without an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      readDeviceText(new TextDecoder('windows-1252').decode(bytes), facts);
    }),
    { numRuns },
  );
});

test('reads a value that it has read as the same value', () => {
  fc.assert(
    fc.property(anyLines, (text) => {
      for (const { fields } of readDeviceText(text, facts).devices) {
        const { serialNumber, macAddress, ipAddress, port } = fields;
        for (const [field, read] of [
          ['serialNumber', serialNumber],
          ['macAddress', macAddress],
          ['address', ipAddress],
          ['port', port],
        ] as const) {
          if (!read?.value) continue;
          const again = readFieldText(field, read.value, olt).fields;
          assert.equal(again[field === 'address' ? 'ipAddress' : field]?.value, read.value);
        }
      }
    }),
    { numRuns },
  );
});

test('takes no serial number that the text does not have, in some spelling', () => {
  fc.assert(
    fc.property(anyLines, (text) => {
      const digits = cleanText(text)
        .lines.map((line) => line.text)
        .join('\n')
        .replaceAll(/[^0-9a-z]/gi, '')
        .toUpperCase();
      for (const { fields } of readDeviceText(text, facts).devices) {
        const read = fields.serialNumber?.value?.replaceAll('-', '');
        if (!read) continue;
        const vendor = Buffer.from(read.slice(0, 4)).toString('hex').toUpperCase();
        assert.ok(digits.includes(read) || digits.includes(vendor + read.slice(4)), read);
      }
    }),
    { numRuns },
  );
});

test('never merges two devices of one text', () => {
  const one = fc.record({ serial, slot: fc.nat(17), port: fc.nat(16), ont: fc.nat(127) });
  const block = ({
    serial: sn,
    slot,
    port,
    ont,
  }: {
    serial: string;
    slot: number;
    port: number;
    ont: number;
  }) => `  F/S/P   : 0/${slot}/${port}\n  ONT-ID  : ${ont}\n  SN      : ${sn}\n`;
  fc.assert(
    fc.property(one, one, (first, second) => {
      fc.pre(first.serial !== second.serial);
      const { devices, chosen } = readDeviceText(block(first) + block(second), facts);
      assert.deepEqual(
        devices.map(({ fields }) => [fields.serialNumber?.value, fields.port?.value]),
        [first, second].map((each) => [each.serial, `0/${each.slot}/${each.port}:${each.ont}`]),
      );
      assert.equal(chosen, null);
    }),
  );
});
