import type { Cpe } from '@cpe-desk/contract';
import { z } from 'zod';

/** The columns of a CPE's fields, in each table that has them. */
export const cpeColumns = z.object({
  manufacturer: z.string(),
  model: z.string(),
  ip_address: z.string(),
  down_kbps: z.int(),
  up_kbps: z.int(),
  port: z.string(),
  serial_number: z.string().nullable(),
  mac_address: z.string().nullable(),
  ipv6_address: z.string().nullable(),
  ipv6_prefix: z.string().nullable(),
});

export type CpeColumns = z.infer<typeof cpeColumns>;

/** A CPE's fields as a row, for JSON. */
export const cpeRow = ({ bandwidth, ...cpe }: Cpe): CpeColumns => ({
  manufacturer: cpe.manufacturer,
  model: cpe.model,
  ip_address: cpe.ipAddress,
  down_kbps: bandwidth.downKbps,
  up_kbps: bandwidth.upKbps,
  port: cpe.port,
  serial_number: cpe.serialNumber,
  mac_address: cpe.macAddress,
  ipv6_address: cpe.ipv6Address ?? null,
  ipv6_prefix: cpe.ipv6Prefix ?? null,
});

/** A CPE from its row: it lacks the dual-stack members that are null there. */
export const cpeOf = (row: CpeColumns): Cpe => ({
  manufacturer: row.manufacturer,
  model: row.model,
  ipAddress: row.ip_address,
  bandwidth: { downKbps: row.down_kbps, upKbps: row.up_kbps },
  port: row.port,
  serialNumber: row.serial_number,
  macAddress: row.mac_address,
  ...(row.ipv6_address !== null && { ipv6Address: row.ipv6_address }),
  ...(row.ipv6_prefix !== null && { ipv6Prefix: row.ipv6_prefix }),
});
