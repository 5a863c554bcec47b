import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { one, type Queryable, run } from '../../platform/database/database.ts';
import { hasModels, insertVendorIdsIfNone } from './catalogue.sql.ts';
import { readCsv } from './read-csv.ts';
import { type CatalogueRow, parseModels, writeModels } from './save-models.ts';

const vendorIdSchema = z.strictObject({
  vendor_id: z.string().length(4),
  vendor: z.string().min(1),
});

const readData = (name: string): Promise<string> =>
  readFile(new URL(`../../../data/${name}`, import.meta.url), 'utf8');

/** The device models of the product (`service/data`). */
export const shippedModels = async (): Promise<CatalogueRow[]> =>
  parseModels(await readData('device-models.csv'), ({ number, reason }) => {
    throw new Error(`device-models.csv, line ${number}: ${reason}`);
  });

/** The GPON vendor ids of the product (`service/data`). */
export const shippedVendorIds = async () =>
  z.array(vendorIdSchema).parse(readCsv(await readData('gpon-vendor-ids.csv')));

/**
 * Fills the device catalogue and the vendor ids where they are empty, so that an admin's changes
 * stay.
 */
export const loadCatalogue = async (db: Queryable): Promise<void> => {
  if (!(await one(db, hasModels, [])).has) await writeModels(db, await shippedModels());
  await run(db, insertVendorIdsIfNone, [JSON.stringify(await shippedVendorIds())]);
};
