import type { DeviceModel } from '@cpe-desk/contract';
import { maybeOne, type Queryable, run } from '../database.ts';
import { type DeviceModelRow, selectModel, selectModelsLike } from './queries.ts';

const modelOf = (row: DeviceModelRow): DeviceModel => ({
  manufacturer: row.manufacturer,
  model: row.model,
  partNumber: row.part_number,
  access: row.access,
  lanPorts: row.lan_ports,
  wanPorts: row.wan_ports,
  maxPortKbps: row.max_port_kbps,
  withdrawn: row.withdrawn,
});

/** The catalogue's model of this name, in any case; null where it has none. */
export const findModel = async (
  db: Queryable,
  manufacturer: string,
  model: string,
): Promise<DeviceModel | null> => {
  // PostgreSQL has no NUL in text: a name with one is nobody's.
  if (manufacturer.includes('\0') || model.includes('\0')) return null;
  const row = await maybeOne(db, selectModel, [manufacturer.trim(), model.trim()]);
  return row ? modelOf(row) : null;
};

/** At most `limit` models with `q` somewhere in "manufacturer model", in any case; those that begin with it first. */
export const searchModels = async (db: Queryable, q: string, limit: number): Promise<DeviceModel[]> =>
  (await run(db, selectModelsLike, [q.trim(), limit])).map(modelOf);
