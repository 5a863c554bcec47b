import type { AccessType } from '@cpe-desk/contract';
import type {
  NetworkElementRecord,
  ServiceLineRecord,
} from '../../../service/src/import/record.ts';
import { isTerminal, macAddress, offers, serialNumber, withdrawnModels } from './devices.ts';
import { cpeId, lineId, range } from './ids.ts';
import { customerNames, places } from './names.ts';
import { attach, DEMO_OLTS } from './network.ts';
import { mix, type Random } from './random.ts';

/** Numbers of the lines that are not a scenario's. */
export const lineNumbers = range(101, 2400);

const technologies = mix({ FTTH: 70, FTTB: 10, COPPER: 12, FWA: 8 });
const fibres = mix({ GPON: 75, 'XGS-PON': 25 });
const segmentGroups = mix({ SME: 35, CONSUMER: 25, ENTERPRISE: 20, GOVERNMENT: 12, WHOLESALE: 8 });

/** Lines whose recorded CPE breaks a rule for new values: why people correct them. */
export const isBroken = (number: number): boolean => number % 97 === 0;

/** Lines whose corp-data temp record a change of plan left behind: a refresh corrects it. */
export const hasStaleCorpData = (number: number): boolean => number % 41 === 0;

/** Where the line is: the `count`-th of its OLT (from 0). The first OLT is the scenarios'. */
const siteOf = (number: number): { olt: number; count: number } => {
  const [index, olts] = [number - 101, DEMO_OLTS - 1];
  return { olt: 2 + (index % olts), count: Math.floor(index / olts) };
};

/**
 * An address that no other line has, from prefixes of its site: private space, shared space (RFC
 * 6598) or unique-local IPv6.
 */
const ipAddress = (number: number, isBusiness: boolean): string => {
  if (isBroken(number)) return `192.0.2.${1 + (number % 250)}`;
  const { olt, count } = siteOf(number);
  if (number % 20 === 0) return `fd5e:c0de:0:${olt.toString(16)}::${(1 + count).toString(16)}`;
  return `${isBusiness ? '10.44' : '100.64'}.${olt % 250}.${(olt < 250 ? 1 : 101) + count}`;
};

/** Every twentieth line has an IPv6 address and a delegated prefix beside its IPv4 address. */
const dualStack = (number: number) => {
  if (number % 20 !== 10 || isBroken(number)) return {};
  const { olt, count } = siteOf(number);
  const prefix = [number >> 8, (number & 255) << 8].map((group) => group.toString(16)).join(':');
  return {
    ipv6Address: `fd5e:c0de:0:${olt.toString(16)}::${(1 + count).toString(16)}`,
    ipv6Prefix: `fd5e:c0dd:${prefix}::/56`,
  };
};

/** Lines without PON end at a DSLAM or a radio cell, which the desk does not know. */
const placeOf = (
  number: number,
  accessType: AccessType | null,
): { path: string[]; port: string } => {
  if (accessType === null) return { path: [], port: `0/${1 + (number % 8)}/${number % 48}:0` };
  const { olt, count } = siteOf(number);
  return attach(olt, count);
};

const ontOf = (number: number): NetworkElementRecord => ({
  type: 'networkElement',
  id: lineId(number).replace('SL', 'ont'),
  kind: 'ONT',
  name: `ONT of ${lineId(number)}`,
  ...{ manufacturer: 'Huawei', model: 'HG8310M', oltPorts: null },
});

/** One line that is not a scenario's, with its ONT where it has one. */
export const demoLine = (
  number: number,
  random: Random,
): [...NetworkElementRecord[], ServiceLineRecord] => {
  const technology = random.pick(technologies);
  const ftth = technology === 'FTTH' ? random.pick(fibres) : null;
  const accessType = technology === 'FTTB' ? 'GPON' : ftth;
  const segmentGroup = random.pick(segmentGroups);
  const isBusiness = segmentGroup !== 'CONSUMER';
  const offer = offers[accessType ?? (technology === 'FWA' ? 'FWA' : 'COPPER')];
  const plan = random.pick(offer.plans);
  const { manufacturer, model } = random.pick(number % 194 === 0 ? withdrawnModels : offer.models);
  const { path, port } = placeOf(number, accessType);
  const ont = accessType === null || isTerminal(model) ? [] : [ontOf(number)];
  const hasCpe = technology !== 'COPPER' || random.below(10) < 7;
  const cpe = {
    id: cpeId(number),
    name: `CPE of ${lineId(number)}`,
    ...{ manufacturer, model, port },
    ipAddress: ipAddress(number, isBusiness),
    bandwidth: plan,
    serialNumber: accessType === null ? null : serialNumber(manufacturer, number),
    macAddress: random.below(10) === 0 ? null : macAddress(manufacturer, number),
    ...dualStack(number),
  };
  const line: ServiceLineRecord = {
    type: 'serviceLine',
    id: lineId(number),
    ...{ technology, accessType, segmentGroup, plan },
    managedServices: random.below(10) < (isBusiness ? 8 : 1),
    customer: customerNames[segmentGroup](random, random.pick(places)),
    path: [...path, ...ont.map(({ id }) => id)],
    cpe: hasCpe ? cpe : null,
  };
  return [...ont, line];
};
