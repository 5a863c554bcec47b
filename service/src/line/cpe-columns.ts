import type { Cpe } from '@cpe-desk/contract';
import { z } from 'zod';

/** The columns of a CPE's seven fields, in each table that has them. */
export const cpeColumns = z.object({
  manufacturer: z.string(),
  model: z.string(),
  ip_address: z.string(),
  down_kbps: z.int(),
  up_kbps: z.int(),
  port: z.string(),
  serial_number: z.string().nullable(),
  mac_address: z.string().nullable(),
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
});

export const cpeOf = (row: CpeColumns): Cpe => ({
  manufacturer: row.manufacturer,
  model: row.model,
  ipAddress: row.ip_address,
  bandwidth: { downKbps: row.down_kbps, upKbps: row.up_kbps },
  port: row.port,
  serialNumber: row.serial_number,
  macAddress: row.mac_address,
});
