import type { DeviceModel } from './catalogue.ts';
import type { Cpe } from './cpe.ts';
import { parseMacAddress } from './fields/mac-address.ts';
import { parseSerialNumber } from './fields/serial-number.ts';
import type { Finding } from './problem.ts';
import type { LineFacts } from './ticket.ts';

export const warningCodes = [
  'above-plan',
  'far-below-plan',
  'vendor-mismatch',
  'model-not-in-catalogue',
  'locally-administered-mac',
  'same-as-neighbour',
] as const;
export type WarningCode = (typeof warningCodes)[number];
type Warning = Finding & { code: WarningCode };

/** GPON vendor ids with the vendors that they stand for. */
export type VendorIds = ReadonlyMap<string, string>;

const letters = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/**
 * Whether a vendor of the vendor-id list (`Nokia/Alcatel-Lucent`) is this manufacturer (`Nokia`).
 */
const isManufacturer = (vendor: string, manufacturer: string): boolean =>
  vendor.split('/').some((name) => {
    const [a, b] = [letters(name), letters(manufacturer)];
    return a === b || a.startsWith(b) || b.startsWith(a);
  });

/** Below this part of the plan a rate is the slip of a unit: 300 typed for 300M is 300 kbit/s. */
const FAR_BELOW = 0.01;

const planWarnings = (cpe: Cpe, plan: LineFacts['plan']): Warning[] =>
  (['downKbps', 'upKbps'] as const).flatMap((direction): Warning[] => {
    const pointer = `/bandwidth/${direction}`;
    const [kbps, planned] = [cpe.bandwidth[direction], plan[direction]];
    if (kbps > planned)
      return [{ pointer, code: 'above-plan', detail: `The subscribed plan has ${planned} kbit/s` }];
    if (!(kbps < FAR_BELOW * planned)) return [];
    const detail = `${kbps} kbit/s is ${kbps / 1000} Mbit/s; the subscribed plan has ${planned / 1000} Mbit/s`;
    return [{ pointer, code: 'far-below-plan', detail }];
  });

/** Why a serial number is not the manufacturer's; undefined where nothing speaks against it. */
export const vendorMismatch = (
  serialNumber: string | null,
  manufacturer: string,
  vendorIds: VendorIds,
): string | undefined => {
  const pon = serialNumber === null ? null : parseSerialNumber(serialNumber);
  const prefix = pon?.ok ? pon.value.slice(0, 4) : undefined;
  const vendor = prefix && vendorIds.get(prefix);
  // Devices without a vendor id of their own use "GPON", which names no vendor.
  if (!vendor || prefix === 'GPON' || isManufacturer(vendor, manufacturer)) return undefined;
  return `Serial numbers with ${prefix} are ${vendor}'s, the manufacturer is ${manufacturer}`;
};

const vendorWarnings = (cpe: Cpe, vendorIds: VendorIds): Warning[] => {
  const detail = vendorMismatch(cpe.serialNumber, cpe.manufacturer, vendorIds);
  return detail ? [{ pointer: '/serialNumber', code: 'vendor-mismatch', detail }] : [];
};

/** `model`: null where the catalogue has none, undefined before the look-up. */
type MoreFacts = { model?: DeviceModel | null; recorded?: Cpe | null } & Partial<
  Pick<LineFacts, 'neighbours'>
>;

const modelWarnings = (cpe: Cpe, { model }: MoreFacts): Warning[] =>
  model === null
    ? [
        {
          pointer: '/model',
          code: 'model-not-in-catalogue',
          detail: `${cpe.manufacturer.trim()} ${cpe.model.trim()} is not in the device catalogue; check the name on the label`,
        },
      ]
    : [];

/** The U/L bit of the first octet (IEEE 802, RFC 7042 2.1): software chose the address. */
const isLocallyAdministered = (mac: string): boolean =>
  (Number.parseInt(mac.slice(0, 2), 16) & 0b10) !== 0;

/** A recorded address was looked at when it was recorded: only a new one is a likely slip. */
const macWarnings = ({ macAddress }: Cpe, { recorded }: MoreFacts): Warning[] => {
  const parsed = macAddress === null ? null : parseMacAddress(macAddress);
  if (!parsed?.ok || !isLocallyAdministered(parsed.value)) return [];
  if (recorded?.macAddress === parsed.value) return [];
  const detail = `${parsed.value} is locally administered: no maker gave it to a device. Check the label`;
  return [{ pointer: '/macAddress', code: 'locally-administered-mac', detail }];
};

const neighbourWarnings = (cpe: Cpe, { neighbours = [] }: MoreFacts): Warning[] =>
  neighbours.flatMap(({ name, kind, addresses }) =>
    (['macAddress', 'ipAddress', 'ipv6Address'] as const)
      .filter((field) => addresses.includes(cpe[field] ?? ''))
      .map((field) => ({
        pointer: `/${field}`,
        code: 'same-as-neighbour' as const,
        detail: `${cpe[field]} belongs to ${name} (${kind}) on the path of this line, not to its CPE`,
      })),
  );

/**
 * What an operator should check again in values that break no rule. `cpe` is in canonical spelling.
 */
export const cpeWarnings = (
  cpe: Cpe,
  plan: LineFacts['plan'],
  vendorIds: VendorIds,
  more: MoreFacts = {},
): Warning[] => [
  ...planWarnings(cpe, plan),
  ...vendorWarnings(cpe, vendorIds),
  ...modelWarnings(cpe, more),
  ...macWarnings(cpe, more),
  ...neighbourWarnings(cpe, more),
];
