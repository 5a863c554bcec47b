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

export const cpeOf = (row: z.infer<typeof cpeColumns>): Cpe => ({
  manufacturer: row.manufacturer,
  model: row.model,
  ipAddress: row.ip_address,
  bandwidth: { downKbps: row.down_kbps, upKbps: row.up_kbps },
  port: row.port,
  serialNumber: row.serial_number,
  macAddress: row.mac_address,
});
