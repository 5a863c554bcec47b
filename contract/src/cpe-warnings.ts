import type { Cpe } from './cpe.ts';
import type { Finding } from './problem.ts';
import type { LineFacts } from './ticket.ts';

/** GPON vendor ids with the vendors that they stand for. */
export type VendorIds = ReadonlyMap<string, string>;

const letters = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** Whether a vendor of the vendor-id list (`Nokia/Alcatel-Lucent`) is this manufacturer (`Nokia`). */
const isManufacturer = (vendor: string, manufacturer: string): boolean =>
  vendor.split('/').some((name) => {
    const [a, b] = [letters(name), letters(manufacturer)];
    return a === b || a.startsWith(b) || b.startsWith(a);
  });

const planWarnings = (cpe: Cpe, plan: LineFacts['plan']): Finding[] =>
  (['downKbps', 'upKbps'] as const)
    .filter((direction) => cpe.bandwidth[direction] > plan[direction])
    .map((direction) => ({
      pointer: `/bandwidth/${direction}`,
      code: 'above-plan',
      detail: `The subscribed plan has ${plan[direction]} kbit/s`,
    }));

const vendorWarnings = (cpe: Cpe, vendorIds: VendorIds): Finding[] => {
  const prefix = cpe.serialNumber?.slice(0, 4);
  const vendor = prefix && vendorIds.get(prefix);
  // Devices without a vendor id of their own use "GPON", which names no vendor.
  if (!vendor || prefix === 'GPON' || isManufacturer(vendor, cpe.manufacturer)) return [];
  const detail = `Serial numbers with ${prefix} are ${vendor}'s, the manufacturer is ${cpe.manufacturer}`;
  return [{ pointer: '/serialNumber', code: 'vendor-mismatch', detail }];
};

/** What an operator should check again in values that break no rule. */
export const cpeWarnings = (cpe: Cpe, plan: LineFacts['plan'], vendorIds: VendorIds): Finding[] => [
  ...planWarnings(cpe, plan),
  ...vendorWarnings(cpe, vendorIds),
];
