import type { DeviceModel } from '@cpe-desk/contract';
import { type Queryable, run } from '../../platform/database/database.ts';
import { type DeviceModelRow, selectKnown, selectModelsLike } from './queries.ts';

export const modelOf = (row: DeviceModelRow): DeviceModel => ({
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
export const searchModels = async (db: Queryable, q: string, limit: number): Promise<DeviceModel[]> =>
  (await run(db, selectModelsLike, [q.trim(), limit])).map(modelOf);

/**
 * Whether the catalogue has each of these models, in any case; where no manufacturer is given, of
 * anyone.
 */
export const knownModels = async (
  db: Queryable,
  named: readonly { manufacturer: string | null; model: string | null }[],
): Promise<boolean[]> => {
  if (named.length === 0) return [];
  const rows = await run(db, selectKnown, [
    named.map(({ manufacturer }) => manufacturer),
    named.map(({ model }) => model),
  ]);
  return rows.map(({ known }) => known);
};
