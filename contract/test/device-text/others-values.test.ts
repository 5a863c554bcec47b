import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DeviceReading } from '../../src/device-text/core/reading.ts';
import { readDeviceText } from '../../src/device-text/read-device-text.ts';
import { oltOf } from './olts.ts';

/** Values of gateways, servers and neighbours. No sample has them. */
const OTHERS = /10\.99\.99\.|02:99:99:99:99|0\/9\/9:99/;

/** Lines about something that is not the CPE, as devices, servers and people write them. */
const LINES = [
  'NAS-IP-Address = 10.99.99.1',
  'NAS-Port-Id = "0/9/9:99"',
  'Called-Station-Id = "02-99-99-99-99-01"',
  'Default gateway : 10.99.99.2',
  'Gateway: 10.99.99.3',
  'the gateway is 10.99.99.4',
  '10.99.99.5 is the gateway',
  'Primary DNS : 10.99.99.6',
  'DNS servers: 10.99.99.7, 10.99.99.8',
  'nameserver 10.99.99.9',
  'DHCP relay 10.99.99.10',
  'giaddr: 10.99.99.11',
  'option routers 10.99.99.12;',
  'Router IP: 10.99.99.13',
  'Management IP: 10.99.99.14',
  'TR069 IP: 10.99.99.15',
  'VoIP IP address : 10.99.99.16',
  'LAN IP address : 10.99.99.17',
  'LAN MAC: 02:99:99:99:99:02',
  'Neighbor 10.99.99.18',
  'Peer IP: 10.99.99.19',
  'Next hop: 10.99.99.20',
  'via 10.99.99.21',
  'OLT IP: 10.99.99.22',
  'ACS URL: http://10.99.99.23:7547/',
  'Bridge MAC: 02:99:99:99:99:03',
  'WLAN MAC address : 02:99:99:99:99:04',
  'Relay-Agent: 10.99.99.24',
  'server-identifier 10.99.99.25;',
  'BNG address: 10.99.99.26',
  'SIP server : 10.99.99.27',
  'Remote IP: 10.99.99.28',
  'passerelle 10.99.99.29',
  'puerta de enlace 10.99.99.30',
];
const MEMBERS = {
  gateway: '10.99.99.1',
  nas_ip_address: '10.99.99.2',
  dns: ['10.99.99.3'],
  giaddr: '10.99.99.4',
  olt_ip: '10.99.99.5',
  'Called-Station-Id': '02:99:99:99:99:01',
  lan: { ip: '10.99.99.6', mac: '02:99:99:99:99:02' },
  relatedParty: { ipAddress: '10.99.99.7' },
  mgmt_ip_address: '10.99.99.8',
};

const SAMPLES = join(import.meta.dirname, 'samples');
type Sample = { name: string; olt: string; text: string };

const samplesOf = async (family: string): Promise<Sample[]> => {
  const { olt, inputs } = JSON.parse(await readFile(join(SAMPLES, family, 'reading.json'), 'utf8'));
  return Promise.all(
    Object.keys(inputs).map(async (file) => {
      const text = await readFile(join(SAMPLES, family, file), 'utf8');
      return { name: `${family}/${file}`, olt, text };
    }),
  );
};
const samples = (await Promise.all((await readdir(SAMPLES)).map(samplesOf))).flat();
const isMarked = ({ text }: Sample): boolean => /^\s*[{[]/.test(text) || /<\/\w/.test(text);

/** `FUZZ_RUNS=100000 npm run fuzz` for the long run. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 1000);

const valuesIn = ({ devices }: DeviceReading): string =>
  JSON.stringify(
    devices.map(({ fields }) =>
      Object.values(fields).map(({ value, alternatives }) => [
        value,
        alternatives.map((each) => each.value),
      ]),
    ),
  );

const takesNothing = (text: string, { name, olt }: Sample): void => {
  const values = valuesIn(readDeviceText(text, { olt: oltOf(olt), recorded: null }));
  assert.ok(!OTHERS.test(values), `${name}: ${values}`);
};

test('takes no value of a gateway, a server or a neighbour, wherever its line is', () => {
  const sample = fc.constantFrom(...samples.filter((each) => !isMarked(each)));
  fc.assert(
    fc.property(sample, fc.constantFrom(...LINES), fc.nat(), (each, line, place) => {
      const lines = each.text.split('\n');
      takesNothing(lines.toSpliced(place % (lines.length + 1), 0, line).join('\n'), each);
    }),
    { numRuns },
  );
});

/** Adds members to each object of a document that has a member of text. */
const withMembers = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withMembers);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.entries(value).map(([name, each]) => [name, withMembers(each)]);
  const isRecord = Object.values(value).filter((each) => typeof each === 'string').length > 1;
  return { ...Object.fromEntries(inner), ...(isRecord ? MEMBERS : {}) };
};

test('takes no value of a member about another device', () => {
  const parsed = samples.flatMap((each) => {
    try {
      return [{ each, value: JSON.parse(each.text) }];
    } catch {
      return [];
    }
  });
  assert.ok(parsed.length > 8);
  for (const { each, value } of parsed)
    takesNothing(JSON.stringify(withMembers(value), null, 2), each);
});
