import { z } from 'zod';
import { statement } from '../../platform/database/database.ts';

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
export type DeviceModelRow = z.infer<typeof deviceModelRow>;

/**
 * `models`: a JSON array of rows without `withdrawn`. Only two first starts at the same time can
 * conflict.
 */
export const insertModelsIfNone = statement<never, [models: string]>(
  'insert-models-if-none',
  `insert into device_model (manufacturer, model, part_number, access, lan_ports, wan_ports, max_port_kbps)
   select manufacturer, model, part_number, access, lan_ports, wan_ports, max_port_kbps
     from jsonb_populate_recordset(null::device_model, $1)
    where not exists (select from device_model)
   on conflict do nothing`,
);

export const insertVendorIdsIfNone = statement<never, [vendorIds: string]>(
  'insert-vendor-ids-if-none',
  `insert into gpon_vendor_id (vendor_id, vendor)
   select vendor_id, vendor from jsonb_populate_recordset(null::gpon_vendor_id, $1)
    where not exists (select from gpon_vendor_id)
   on conflict do nothing`,
);

export const MODEL_COLUMNS =
  'manufacturer, model, part_number, access, lan_ports, wan_ports, max_port_kbps, withdrawn';

/** Models whose full name begins with the text come first, then those whose model does. */
export const selectModelsLike = statement<DeviceModelRow, [part: string, limit: number]>(
  'select-models-like',
  `select ${MODEL_COLUMNS} from device_model
    where position(lower($1) in lower(manufacturer || ' ' || model)) > 0
    order by starts_with(lower(manufacturer || ' ' || model), lower($1)) desc,
             starts_with(lower(model), lower($1)) desc, lower(manufacturer), lower(model)
    limit $2`,
);

export const selectVendorIds = statement<{ vendor_id: string; vendor: string }>(
  'select-vendor-ids',
  'select vendor_id, vendor from gpon_vendor_id',
);

/**
 * Whether each of these models is in the catalogue, in their order; a manufacturer of null is any.
 */
export const selectKnown = statement<
  { known: boolean },
  [manufacturers: readonly (string | null)[], models: readonly (string | null)[]]
>(
  'select-known-models',
  `select exists (select from device_model m where lower(m.model) = lower(n.model)
                     and (n.manufacturer is null or lower(m.manufacturer) = lower(n.manufacturer))) as known
     from unnest($1::text[], $2::text[]) with ordinality as n(manufacturer, model, position) order by position`,
);
