import type { DeviceModel } from '@cpe-desk/contract';
import { z } from 'zod';
import { type Queryable, run } from '../../platform/database/database.ts';
import { selectModelsLike, selectNamedModels } from './catalogue.sql.ts';

export const deviceModelRow = z.object({
  manufacturer: z.string(),
  model: z.string(),
  part_number: z.string().nullable(),
  access: z.string().nullable(),
  lan_ports: z.int().nullable(),
  wan_ports: z.int().nullable(),
  max_port_kbps: z.int().nullable(),
  withdrawn: z.boolean(),
  note: z.string().nullable(),
  source: z.string().nullable(),
  aliases: z.array(z.string()).default([]),
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
  aliases: row.aliases,
  note: row.note,
  source: row.source,
});

/**
 * At most `limit` models with `q` in "manufacturer model" or in an alias, ignoring case. Models
 * that begin with it come first.
 */
export const searchModels = async (
  db: Queryable,
  q: string,
  limit: number,
): Promise<DeviceModel[]> => (await run(db, selectModelsLike, [q.trim(), limit])).map(modelOf);

/** `model`: null where the catalogue has none, undefined where several makers have one. */
export type NamedModel = { model: DeviceModel | null | undefined };

/**
 * The models of these names or aliases, in any case; where no manufacturer is given, of anyone.
 */
export const findNamedModels = async (
  db: Queryable,
  named: readonly { manufacturer: string | null; model: string | null }[],
): Promise<NamedModel[]> => {
  if (named.every(({ model }) => model === null)) return named.map(() => ({ model: null }));
  const rows = await run(db, selectNamedModels, [
    named.map(({ manufacturer }) => manufacturer),
    named.map(({ model }) => model),
  ]);
  return rows.map(({ model, found }) => ({
    model: model ? modelOf(deviceModelRow.parse(model)) : (found ?? 0) > 0 ? undefined : null,
  }));
};
