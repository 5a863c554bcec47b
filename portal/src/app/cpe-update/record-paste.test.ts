import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LineFacts } from '@cpe-desk/contract';
import { isRecord, readPastedRecord } from './record-paste.ts';

const facts: LineFacts = {
  accessType: 'GPON',
  plan: { downKbps: 100_000, upKbps: 50_000 },
  oltPorts: null,
  allowedPrefixes: [],
  oltPrefixes: [],
};
const read = (text: string) => readPastedRecord(text, facts);

test('JSON, as the API answers it or flat, with units or without', () => {
  const cpe = {
    manufacturer: 'Huawei',
    model: 'HG8245Hv5',
    serialNumber: 'HWTC1A2B3C4D',
    macAddress: null,
    bandwidth: { downKbps: 100_000, upKbps: 50_000 },
    port: '0/1/3:12',
  };
  assert.deepEqual(read(JSON.stringify({ cpe })), {
    values: {
      manufacturer: 'Huawei',
      model: 'HG8245Hv5',
      serialNumber: 'HWTC1A2B3C4D',
      downKbps: '100000',
      upKbps: '50000',
      port: '0/1/3:12',
    },
    ignored: 0,
  });
  assert.deepEqual(read('{"IP":"10.20.0.7","speed":"100/50","colour":"grey"}'), {
    values: { ipAddress: '10.20.0.7', downKbps: '100000', upKbps: '50000' },
    ignored: 1,
  });
});

test('CSV with its headings, by comma, semicolon or tab; quoted or not', () => {
  assert.deepEqual(read('Vendor,Model,"Serial No",Down\n"Nokia, Inc.",G-240W-A,ALCL1A2B3C4D,1 Gbps').values, {
    manufacturer: 'Nokia, Inc.',
    model: 'G-240W-A',
    serialNumber: 'ALCL1A2B3C4D',
    downKbps: '1000000',
  });
  for (const separator of [';', '\t'])
    assert.deepEqual(
      read(['ip', 'port'].join(separator).concat('\n', ['10.1.1.1', '0/1/3:12'].join(separator))).values,
      { ipAddress: '10.1.1.1', port: '0/1/3:12' },
    );
});

test('what an OLT prints: names and values, and what is nothing is left out', () => {
  const huawei = `  -----------------------------------------------------
  F/S/P               : 0/1/3
  ONT-ID              : 12
  SN                  : 485754431A2B3C4D (HWTC-1A2B3C4D)
  Vendor-ID           : HWTC
  ONT IP 0 address/mask : -
  Equipment-ID        : HG8245Hv5
  MAC                 : -`;
  const { values } = read(huawei);
  assert.deepEqual(values, { model: 'HG8245Hv5', serialNumber: 'HWTC1A2B3C4D', port: '0/1/3:12' });
  const zte = `ONU interface:         gpon-onu_1/2/3:4
  Type:                  ZXHN F670L
  Serial number:         ZTEGC0FFEE01`;
  assert.deepEqual(read(zte).values, {
    port: '1/2/3:4',
    model: 'ZXHN F670L',
    serialNumber: 'ZTEGC0FFEE01',
  });
});

test('a line of a router: values that tell by themselves what they are', () => {
  assert.deepEqual(read('Internet  10.20.0.7   12   3c15.fb00.1234  ARPA  Gi0/0').values, {
    ipAddress: '10.20.0.7',
    macAddress: '3c:15:fb:00:12:34',
  });
  assert.deepEqual(read('0/1/3:12 HWTC1A2B3C4D online').values, {
    port: '0/1/3:12',
    serialNumber: 'HWTC1A2B3C4D',
  });
});

test('what is not understood is counted, nothing is guessed', () => {
  assert.deepEqual(read('hello there\nnothing to see'), { values: {}, ignored: 2 });
  assert.deepEqual(read(''), { values: {}, ignored: 0 });
});

test('several lines, tabs or JSON are a record; one value is not', () => {
  for (const text of ['a: 1\nb: 2', 'a\tb', '{"ip":"10.1.1.1"}']) assert.equal(isRecord(text), true, text);
  for (const text of ['10.20.0.7', ' HWTC1A2B3C4D\n', 'ZXHN F670L'])
    assert.equal(isRecord(text), false, text);
});
