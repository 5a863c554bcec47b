import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parsePort } from '../src/fields/ports/parse-port.ts';
import { formatPort, type OltPorts } from '../src/fields/ports/port.ts';
import { portGrammars, writePort } from '../src/fields/ports/read-port-text.ts';
import { anyText } from './support/any-text.ts';

const ports: OltPorts = { frames: [0, 1], slots: [1, 7], ports: [0, 15], onuIds: [0, 127] };
const olt = { manufacturer: null, ports };

const inRange = (value: number, [first, last]: [number, number]) => first <= value && value <= last;

test('the spellings of vendors are one port', () => {
  for (const text of [
    '0/1/3:12',
    '0/1/3/12',
    ' 0/1/3:12 ',
    '00/01/03:012',
    'gpon-onu_0/1/3:12',
    'GPON-OLT_0/1/3:12',
  ])
    assert.deepEqual(parsePort(text), { ok: true, value: '0/1/3:12' }, text);
  assert.deepEqual(parsePort('gpon-onu_1/1/3:12'), { ok: true, value: '1/1/3:12' });
});

test('each manufacturer’s own spelling is read as the port that it writes', () => {
  const single: OltPorts = { frames: [1, 1], slots: [1, 1], ports: [0, 15], onuIds: [0, 127] };
  for (const { name } of portGrammars) {
    const text = writePort('1/1/3:12', name);
    assert.deepEqual(
      parsePort(text, { manufacturer: name, ports: single }),
      { ok: true, value: '1/1/3:12' },
      `${name}: ${text}`,
    );
  }
});

test('text that is not a port is refused', () => {
  for (const text of [
    '0/1',
    '0/1/3',
    '0/1/3:',
    '0/1/3:12:1',
    '-1/1/3:12',
    'a/1/3:12',
    '0/1/3:12x',
    'epon-onu_0/1/3:12',
    '0/1/3:12345',
    '',
  ]) {
    const parsed = parsePort(text);
    assert.ok(!parsed.ok && parsed.code === 'not-a-port', text);
  }
});

test('each manufacturer’s spelling is read by its own grammar', () => {
  const single: OltPorts = { frames: [0, 0], slots: [1, 8], ports: [0, 16], onuIds: [0, 127] };
  for (const [manufacturer, text, value] of [
    ['Huawei', '0/ 1/6 2', '0/1/6:2'],
    ['ZTE', 'gpon_onu-0/1/9:80', '0/1/9:80'],
    ['Nokia', '1/0/5/1/7', '0/5/1:7'],
    ['Nokia', 'R1.S0.LT8.PON15.ONT44', '0/8/15:44'],
    ['Nokia', 'R1.S0.LT8.PON15.ONT44.C1.P1', '0/8/15:44'],
    ['Nokia', '1/0/5/1/7/14/1', '0/5/1:7'],
    ['FiberHome', '4/3/1', '0/4/3:1'],
    ['VSOL', 'GPON1/1:5', '0/1/1:5'],
    ['Calix', '0/2/gp3/4', '0/2/3:4'],
    // What is stored is read by all.
    ...['Huawei', 'ZTE', 'Nokia', 'FiberHome', 'VSOL', 'Dasan', 'Calix', 'Zyxel'].map(
      (maker) => [maker, '0/1/3:12', '0/1/3:12'] as const,
    ),
  ] as const)
    assert.deepEqual(
      parsePort(text, { manufacturer, ports: single }),
      { ok: true, value },
      `${manufacturer} ${text}`,
    );
});

test('a PON port without an ONU is refused, never read as one level less', () => {
  for (const [manufacturer, text] of [
    ['Nokia', '1/1/3/16'],
    ['Huawei', '0/1/3'],
    ['ZTE', 'gpon-olt_1/2/3'],
    ['FiberHome', '4/3'],
    ['Zyxel', 'pon-1-1'],
  ] as const) {
    const parsed = parsePort(text, { manufacturer, ports });
    assert.ok(!parsed.ok && parsed.code === 'port-needs-onu', text);
  }
});

test('a level that the spelling lacks is asked for where the OLT has several', () => {
  const parsed = parsePort('4/3/1', { manufacturer: 'FiberHome', ports });
  assert.ok(!parsed.ok && parsed.code === 'not-a-port' && parsed.detail.includes('frame'));
});

test('a port has each part in the range of the line’s OLT', () => {
  for (const text of ['0/1/0:0', '1/7/15:127']) assert.ok(parsePort(text, olt).ok, text);
  for (const [text, part] of [
    ['2/1/0:0', 'frames'],
    ['0/0/0:0', 'slots'],
    ['0/8/0:0', 'slots'],
    ['0/99/3:12', 'slots'],
    ['0/1/16:0', 'ports'],
    ['0/1/0:128', 'ONU ids'],
  ] as const) {
    const parsed = parsePort(text, olt);
    assert.ok(!parsed.ok && parsed.code === 'no-such-port' && parsed.detail.includes(part), text);
  }
});

test('GPON reserves the ONU ids 254 and 255, XGS-PON those from 1021', () => {
  const wide = { manufacturer: null, ports: { ...ports, onuIds: [0, 2000] } satisfies OltPorts };
  for (const [text, access, isFine] of [
    ['0/1/3:253', 'GPON', true],
    ['0/1/3:254', 'GPON', false],
    ['0/1/3:255', 'GPON', false],
    ['0/1/3:1020', 'XGS-PON', true],
    ['0/1/3:1021', 'XGS-PON', false],
  ] as const)
    assert.equal(parsePort(text, wide, access).ok, isFine, text);
});

test('no input throws, and an accepted value is accepted again unchanged', () => {
  const part = fc.integer({ min: 0, max: 9999 });
  const spelled = fc
    .tuple(part, part, part, part, fc.constantFrom(':', '/'))
    .map(([frame, slot, port, onuId, mark]) => `${frame}/${slot}/${port}${mark}${onuId}`);
  fc.assert(
    fc.property(fc.oneof(spelled, anyText), (text) => {
      const once = parsePort(text);
      if (once.ok) assert.deepEqual(parsePort(once.value), once);
    }),
  );
  fc.assert(
    fc.property(fc.record({ frame: part, slot: part, port: part, onuId: part }), (port) => {
      assert.deepEqual(parsePort(formatPort(port)), { ok: true, value: formatPort(port) });
    }),
  );
});

test('a port is on an OLT if and only if each part is in the declared range', () => {
  const few = fc.integer({ min: 0, max: 20 });
  const range = fc
    .tuple(few, few)
    .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
  const anyOlt = fc.record({ frames: range, slots: range, ports: range, onuIds: range });
  const anyPort = fc.record({ frame: few, slot: few, port: few, onuId: few });
  fc.assert(
    fc.property(anyOlt, anyPort, (declared, port) => {
      const isThere =
        inRange(port.frame, declared.frames) &&
        inRange(port.slot, declared.slots) &&
        inRange(port.port, declared.ports) &&
        inRange(port.onuId, declared.onuIds);
      const parsed = parsePort(formatPort(port), { manufacturer: null, ports: declared }, 'GPON');
      assert.equal(parsed.ok || parsed.code, isThere || 'no-such-port');
    }),
  );
});
