import type { AccessType, Bandwidth, OltPorts } from '@cpe-desk/contract';

type Model = { manufacturer: string; model: string };

/** `Huawei HG8245Hv5, …`: a manufacturer is one word. */
const models = (text: string): Model[] =>
  text.split(', ').map((name) => {
    const [manufacturer = '', ...model] = name.split(' ');
    return { manufacturer, model: model.join(' ') };
  });

/** `100/50, …`: down and up, Mbit/s. */
const plans = (text: string): Bandwidth[] =>
  text.split(', ').map((plan) => {
    const [down = 0, up = 0] = plan.split('/').map(Number);
    return { downKbps: down * 1000, upKbps: up * 1000 };
  });

/*
 * Real models, of the catalogue; a test compares each plan with each model's fastest port.
 * A terminal ends the PON itself: its line has no ONT beside it.
 */
const gponTerminals = models(
  'Huawei HG8245Hv5, Huawei OptiXstar B650G-8E8P3W, Zyxel PMG1005-T20B, Adtran 411, Adtran 424, ' +
    'AVM FRITZ!Box 5530 Fiber',
);
const gponRouters = models(
  'Fortinet FortiGate 40F, Fortinet FortiGate 60F, MikroTik RB5009UG+S+IN, MikroTik hEX S, ' +
    'Cisco C1111X-8P, Juniper SRX300, ZTE ZXHN H298Q, TP-Link ER7206, Ubiquiti EdgeRouter 4, Sophos XGS 118',
);
const xgsTerminals = models('Adtran SDX 622v, AVM FRITZ!Box 5590 Fiber');
const xgsRouters = models(
  'Fortinet FortiGate 90G, Juniper SRX380, MikroTik CCR2004-16G-2S+, Huawei AR6121E',
);

const terminals = new Set([...gponTerminals, ...xgsTerminals].map(({ model }) => model));
export const isTerminal = (model: string): boolean => terminals.has(model);

/** What lines of a kind have: the models of their CPEs and the plans. */
type Offer = { models: readonly Model[]; plans: readonly Bandwidth[] };

export const offers: Readonly<Record<AccessType | 'FWA' | 'COPPER', Offer>> = {
  GPON: {
    models: [...gponTerminals, ...gponRouters],
    plans: plans('100/50, 300/50, 300/300, 500/100, 1000/500'),
  },
  'XGS-PON': {
    models: [...xgsTerminals, ...xgsRouters],
    plans: plans('1000/1000, 2000/1000, 5000/5000'),
  },
  FWA: {
    models: models(
      'Teltonika RUT955, Teltonika RUTX09, AVM FRITZ!Box 6890 LTE, Fortinet FortiGate 40F-3G4G',
    ),
    plans: plans('30/10, 50/10, 100/20'),
  },
  COPPER: {
    models: models('AVM FRITZ!Box 7590, Zyxel VMG3625-T50B, TP-Link TD-W8961ND, Draytek Vigor2860'),
    plans: plans('8/1, 20/2, 50/10'),
  },
};

/** Real models that the demo withdraws, in the catalogue of the demo only. */
export const withdrawnModels: readonly Model[] = models('Huawei HG8310M, Zyxel FMG3005-R20A');

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

/**
 * A serial number for a device; null where the manufacturer's devices have no PON serial number.
 */
export const serialNumber = (manufacturer: string, number: number): string | null => {
  const vendorId = vendorIds[manufacturer];
  // Multiplying by an odd number permutes 32-bit numbers: unique, and not in a row.
  const digits = (Math.imul(number, 0x9e3779b1) >>> 0).toString(16).toUpperCase().padStart(8, '0');
  return vendorId === undefined ? null : `${vendorId}${digits}`;
};

/** The first half of MAC addresses by maker, as in the public list of IEEE (MA-L). */
const ouis: Readonly<Record<string, string>> = {
  Huawei: '00e0fc',
  ZTE: '0019c6',
  Zyxel: '00a0c5',
  'TP-Link': '000aeb',
  Ubiquiti: '00156d',
  Adtran: '00a0c8',
  AVM: '00040e',
  Fortinet: '00090f',
  MikroTik: '000c42',
  Cisco: '00000c',
  Juniper: '000585',
  Sophos: '001a8c',
  Teltonika: '001e42',
  Draytek: '00507f',
};

/** A MAC address of the maker. */
export const macAddress = (manufacturer: string, number: number): string => {
  const oui = ouis[manufacturer];
  if (oui === undefined) throw new Error(`${manufacturer} has no MAC addresses in the demo`);
  return `${oui}${number.toString(16).padStart(6, '0')}`.replaceAll(/(..)(?!$)/g, '$1:');
};

export type OltModel = Model & { ports: OltPorts };

/**
 * Line cards of 16 ports. Frames, ports and ONU ids are counted from 0 or 1, as the vendor does.
 */
const oltModel = (text: string, slots: number, first: 0 | 1): OltModel[] => {
  const ports: OltPorts = {
    frames: [first, first],
    slots: [1, slots],
    ports: [first, first + 15],
    onuIds: [first, first + 127],
  };
  return models(text).map((model) => ({ ...model, ports }));
};

export const oltModels: readonly OltModel[] = [
  ...oltModel('Huawei MA5800-X7', 7, 0),
  ...oltModel('Huawei MA5800-X17', 17, 0),
  ...oltModel('ZTE ZXA10 C600', 17, 1),
  ...oltModel('Nokia 7360 ISAM FX-8', 8, 1),
];
