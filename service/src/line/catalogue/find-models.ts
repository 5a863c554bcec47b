import type { DeviceModel } from '@cpe-desk/contract';
import { z } from 'zod';
import { type Queryable, run } from '../../platform/database/database.ts';
import { selectKnownModels, selectModelsLike } from './catalogue.sql.ts';

export const deviceModelRow = z.object({
  manufacturer: z.string(),
  model: z.string(),
  part_number: z.string().nullable(),
  access: z.string().nullable(),
  lan_ports: z.int().nullable(),
  wan_ports: z.int().nullable(),
  max_port_kbps: z.int().nullable(),
  withdrawn: z.boolean(),
});

export const modelOf = (row: z.infer<typeof deviceModelRow>): DeviceModel => ({
  manufacturer: row.manufacturer,
  model: row.model,
  partNumber: row.part_number,
  access: row.access,
  lanPorts: row.lan_ports,
  wanPorts: row.wan_ports,
  maxPortKbps: row.max_port_kbps,
  withdrawn: row.withdrawn,
});

/**
 * At most `limit` models with `q` in "manufacturer model", ignoring case. Models that begin with it
 * come first.
 */
export const searchModels = async (
  db: Queryable,
  q: string,
  limit: number,
): Promise<DeviceModel[]> => (await run(db, selectModelsLike, [q.trim(), limit])).map(modelOf);

/**
 * Whether the catalogue has each of these models, in any case; where no manufacturer is given, of
 * anyone.
 */
export const knownModels = async (
  db: Queryable,
  named: readonly { manufacturer: string | null; model: string | null }[],
): Promise<boolean[]> => {
  if (named.every(({ model }) => model === null)) return named.map(() => false);
  const rows = await run(db, selectKnownModels, [
    named.map(({ manufacturer }) => manufacturer),
    named.map(({ model }) => model),
  ]);
  return rows.map(({ known }) => known);
};
