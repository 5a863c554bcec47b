import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Queryable, run } from '../../platform/database/database.ts';
import { insertModelsIfNone, insertVendorIdsIfNone } from './catalogue.sql.ts';
import { readCsv } from './read-csv.ts';

const text = z.string().transform((field) => field || null);
const count = text.pipe(z.coerce.number<string>().int().positive().nullable());

const modelSchema = z.strictObject({
  manufacturer: z.string().min(1),
  model: z.string().min(1),
  slug: z.string(),
  part_number: text,
  access: text,
  lan_ports: count,
  wan_ports: count,
  max_port_kbps: count,
});

const vendorIdSchema = z.strictObject({
  vendor_id: z.string().length(4),
  vendor: z.string().min(1),
});

const readData = async <Row>(name: string, schema: z.ZodType<Row>): Promise<Row[]> => {
  const csv = await readFile(new URL(`../../../data/${name}`, import.meta.url), 'utf8');
  return z.array(schema).parse(readCsv(csv));
};

/** The device models of the product (`service/data`). */
export const shippedModels = () => readData('device-models.csv', modelSchema);

/** The GPON vendor ids of the product (`service/data`). */
export const shippedVendorIds = () => readData('gpon-vendor-ids.csv', vendorIdSchema);

/**
 * Fills the device catalogue and the vendor ids where they are empty, so that an admin's changes
 * stay.
 */
export const loadCatalogue = async (db: Queryable): Promise<void> => {
  await run(db, insertModelsIfNone, [JSON.stringify(await shippedModels())]);
  await run(db, insertVendorIdsIfNone, [JSON.stringify(await shippedVendorIds())]);
};
