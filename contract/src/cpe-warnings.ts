import type { Cpe } from './cpe.ts';
import type { Finding } from './problem.ts';
import type { LineFacts } from './ticket.ts';

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

const planWarnings = (cpe: Cpe, plan: LineFacts['plan']): Finding[] =>
  (['downKbps', 'upKbps'] as const).flatMap((direction) => {
    const pointer = `/bandwidth/${direction}`;
    const [kbps, planned] = [cpe.bandwidth[direction], plan[direction]];
    if (kbps > planned)
      return [{ pointer, code: 'above-plan', detail: `The subscribed plan has ${planned} kbit/s` }];
    if (kbps >= FAR_BELOW * planned) return [];
    const detail = `${kbps} kbit/s is ${kbps / 1000} Mbit/s; the subscribed plan has ${planned / 1000} Mbit/s`;
    return [{ pointer, code: 'far-below-plan', detail }];
  });

/** Why a serial number is not the manufacturer's; undefined where nothing speaks against it. */
export const vendorMismatch = (
  serialNumber: string | null,
  manufacturer: string,
  vendorIds: VendorIds,
): string | undefined => {
  const prefix = serialNumber?.slice(0, 4);
  const vendor = prefix && vendorIds.get(prefix);
  // Devices without a vendor id of their own use "GPON", which names no vendor.
  if (!vendor || prefix === 'GPON' || isManufacturer(vendor, manufacturer)) return undefined;
  return `Serial numbers with ${prefix} are ${vendor}'s, the manufacturer is ${manufacturer}`;
};

const vendorWarnings = (cpe: Cpe, vendorIds: VendorIds): Finding[] => {
  const detail = vendorMismatch(cpe.serialNumber, cpe.manufacturer, vendorIds);
  return detail ? [{ pointer: '/serialNumber', code: 'vendor-mismatch', detail }] : [];
};

/** What an operator should check again in values that break no rule. */
export const cpeWarnings = (cpe: Cpe, plan: LineFacts['plan'], vendorIds: VendorIds): Finding[] => [
  ...planWarnings(cpe, plan),
  ...vendorWarnings(cpe, vendorIds),
];
