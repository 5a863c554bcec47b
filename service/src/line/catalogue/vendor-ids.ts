import type { VendorIds } from '@cpe-desk/contract';
import { type Queryable, run } from '../../platform/database/database.ts';
import { selectVendorIds } from './catalogue.sql.ts';

/** The known GPON vendor ids and their vendors. */
export const loadVendorIds = async (db: Queryable): Promise<VendorIds> =>
  new Map((await run(db, selectVendorIds, [])).map((row) => [row.vendor_id, row.vendor]));
