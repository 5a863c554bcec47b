import { loadContext } from '../../src/cpe-update/1-load.ts';
import type { Pool } from '../../src/platform/database/database.ts';

/** The catalogue's model as an update finds it, for any ticket. */
export const findModel = async (db: Pool, manufacturer: string, model: string) => {
  const device = { manufacturer, model };
  return (await loadContext(db, { segmentGroups: [], cttId: 'none', device, key: null })).model;
};
