import type { AccessType, Bandwidth, OltPorts, Technology } from '@cpe-desk/contract';

type Model = readonly [manufacturer: string, model: string];

/** Real models, of the catalogue; a test holds each plan against each model's fastest port. */
const gpon: readonly Model[] = [
  ['Huawei', 'HG8245Hv5'],
  ['Huawei', 'OptiXstar B650G-8E8P3W'],
  ['Zyxel', 'PMG1005-T20B'],
  ['Adtran', '411'],
  ['Adtran', '424'],
  ['AVM', 'FRITZ!Box 5530 Fiber'],
  ['Fortinet', 'FortiGate 40F'],
  ['Fortinet', 'FortiGate 60F'],
  ['MikroTik', 'RB5009UG+S+IN'],
  ['MikroTik', 'hEX S'],
  ['Cisco', 'C1111X-8P'],
  ['Juniper', 'SRX300'],
  ['ZTE', 'ZXHN H298Q'],
  ['TP-Link', 'ER7206'],
  ['Ubiquiti', 'EdgeRouter 4'],
  ['Sophos', 'XGS 118'],
];
const xgsPon: readonly Model[] = [
  ['Adtran', 'SDX 622v'],
  ['AVM', 'FRITZ!Box 5590 Fiber'],
  ['Fortinet', 'FortiGate 90G'],
  ['Juniper', 'SRX380'],
  ['MikroTik', 'CCR2004-16G-2S+'],
  ['Huawei', 'AR6121E'],
];
const dsl: readonly Model[] = [
  ['AVM', 'FRITZ!Box 7590'],
  ['Zyxel', 'VMG3625-T50B'],
  ['TP-Link', 'TD-W8961ND'],
  ['Draytek', 'Vigor2860'],
];
const lte: readonly Model[] = [
  ['Teltonika', 'RUT955'],
  ['Teltonika', 'RUTX09'],
  ['AVM', 'FRITZ!Box 6890 LTE'],
  ['Fortinet', 'FortiGate 40F-3G4G'],
];

/** Models that are a PON terminal themselves: their lines have no ONT of its own. */
const terminals = new Set(['HG8245Hv5', 'OptiXstar B650G-8E8P3W', 'PMG1005-T20B', '411', '424', 'SDX 622v']);
terminals.add('FRITZ!Box 5530 Fiber').add('FRITZ!Box 5590 Fiber');
export const isTerminal = (model: string): boolean => terminals.has(model);

const mbps = (down: number, up: number): Bandwidth => ({ downKbps: down * 1000, upKbps: up * 1000 });

/** What lines of a kind have: the models of their CPEs and the plans. */
export type Offer = { models: readonly Model[]; plans: readonly Bandwidth[] };

const byAccessType: Readonly<Record<AccessType, Offer>> = {
  GPON: {
    models: gpon,
    plans: [mbps(100, 50), mbps(300, 50), mbps(300, 300), mbps(500, 100), mbps(1000, 500)],
  },
  'XGS-PON': { models: xgsPon, plans: [mbps(1000, 1000), mbps(2000, 1000), mbps(5000, 5000)] },
};

export const offerFor = (technology: Technology, accessType: AccessType | null): Offer => {
  if (accessType !== null) return byAccessType[accessType];
  return technology === 'FWA'
    ? { models: lte, plans: [mbps(30, 10), mbps(50, 10), mbps(100, 20)] }
    : { models: dsl, plans: [mbps(8, 1), mbps(20, 2), mbps(50, 10)] };
};

/** Real models that the demo withdraws, in the catalogue of the demo only. */
export const withdrawnModels: readonly Model[] = [
  ['Huawei', 'HG8310M'],
  ['Zyxel', 'FMG3005-R20A'],
];

/** First letters of the PON serial numbers of manufacturers that have them. */
const vendorIds: Readonly<Record<string, string>> = {
  Huawei: 'HWTC',
  ZTE: 'ZTEG',
  Zyxel: 'ZYWN',
  'TP-Link': 'TPLG',
  Ubiquiti: 'UBNT',
  Adtran: 'ADTN',
  AVM: 'AVMG',
};

/** A serial number for a device of this manufacturer; null where its devices have no PON serial number. */
export const serialNumber = (manufacturer: string, number: number): string | null => {
  const vendorId = vendorIds[manufacturer];
  // Multiplying by an odd number permutes 32-bit numbers: unique, and not in a row.
  const digits = (Math.imul(number, 0x9e3779b1) >>> 0).toString(16).toUpperCase().padStart(8, '0');
  return vendorId === undefined ? null : `${vendorId}${digits}`;
};

/** Locally administered (IEEE 802), so that it is nobody's. */
export const macAddress = (number: number): string =>
  `021a4b${number.toString(16).padStart(6, '0')}`.replaceAll(/(..)(?!$)/g, '$1:');

export type OltModel = { manufacturer: string; model: string; ports: OltPorts };

/** OLTs as they are deployed: line cards of 16 ports, ONU ids counted from 0 or 1 as the vendor does. */
export const oltModels: readonly OltModel[] = [
  {
    manufacturer: 'Huawei',
    model: 'MA5800-X7',
    ports: { frames: [0, 0], slots: [1, 7], ports: [0, 15], onuIds: [0, 127] },
  },
  {
    manufacturer: 'Huawei',
    model: 'MA5800-X17',
    ports: { frames: [0, 0], slots: [1, 17], ports: [0, 15], onuIds: [0, 127] },
  },
  {
    manufacturer: 'ZTE',
    model: 'ZXA10 C600',
    ports: { frames: [1, 1], slots: [1, 17], ports: [1, 16], onuIds: [1, 128] },
  },
  {
    manufacturer: 'Nokia',
    model: '7360 ISAM FX-8',
    ports: { frames: [1, 1], slots: [1, 8], ports: [1, 16], onuIds: [1, 128] },
  },
];
