import { writeRecords } from '../import/write-records.ts';
import { inTransaction, one, type Pool, run, type Transaction } from '../platform/database/database.ts';
import { withdrawnModels } from './demo-devices.ts';
import { DEMO_DAY } from './demo-ids.ts';
import { demoRecords, staleCorpDataLines } from './demo-records.ts';
import { leaveCorpDataBehind, selectHasTickets, withdrawModels } from './queries.ts';

/** As many records as are written at once. */
const BATCH = 2000;
const STALE_SINCE = new Date('2026-08-03T00:00:00Z');

/**
 * Loads the demo, all or nothing, where there are no tickets yet; answers whether it did. For the embedded
 * database only, after `loadCatalogue`. Loading it anywhere gives the same rows.
 */
export const loadDemoData = async (db: Pool): Promise<boolean> => {
  if ((await one(db, selectHasTickets, [])).found) return false;
  await inTransaction(db, writeDemo);
  return true;
};

const writeDemo = async (tx: Transaction): Promise<void> => {
  const records = demoRecords();
  for (let start = 0; start < records.length; start += BATCH)
    await writeRecords(tx, records.slice(start, start + BATCH), DEMO_DAY);
  await run(tx, withdrawModels, [
    withdrawnModels.map(([manufacturer]) => manufacturer),
    withdrawnModels.map(([, model]) => model),
  ]);
  await run(tx, leaveCorpDataBehind, [staleCorpDataLines(), STALE_SINCE]);
};
