import { writeRecords } from '../../../service/src/import/write-records.ts';
import {
  inTransaction,
  one,
  type Pool,
  run,
  statement,
} from '../../../service/src/platform/database/database.ts';
import { withdrawnModels } from './devices.ts';
import { DEMO_DAY } from './ids.ts';
import { demoRecords, staleCorpDataLines } from './records.ts';

/** Records that are written at once. */
const BATCH = 2000;
const STALE_SINCE = new Date('2026-08-03T00:00:00Z');

const selectHasTickets = statement<{ found: boolean }>(
  'demo-has-tickets',
  'select exists (select from ctt) as found',
);

const withdrawModels = statement<never, [models: string]>(
  'demo-withdraw-models',
  `update device_model set withdrawn = true from jsonb_to_recordset($1) as w (manufacturer text, model text)
    where (device_model.manufacturer, device_model.model) = (w.manufacturer, w.model)`,
);

/** As a change of plan leaves them that doubled the bandwidth of the CPE only. */
const leaveCorpDataBehind = statement<never, [lineIds: string[], at: Date]>(
  'demo-leave-corp-data-behind',
  `update corp_data_temp set down_kbps = down_kbps / 2, up_kbps = up_kbps / 2, refreshed_at = $2
    where service_line_id = any($1)`,
);

/**
 * Loads the demo where there are no tickets yet, all or nothing; returns whether it did. For the
 * embedded database only, after `loadCatalogue`. Each load writes the same rows.
 */
export const loadDemoData = async (db: Pool): Promise<boolean> => {
  if ((await one(db, selectHasTickets, [])).found) return false;
  await inTransaction(db, async (tx) => {
    const records = demoRecords();
    for (let start = 0; start < records.length; start += BATCH)
      await writeRecords(tx, records.slice(start, start + BATCH), DEMO_DAY);
    await run(tx, withdrawModels, [JSON.stringify(withdrawnModels)]);
    await run(tx, leaveCorpDataBehind, [staleCorpDataLines(), STALE_SINCE]);
  });
  return true;
};
