import { writeRecords } from '../../../service/src/import/write-records.ts';
import {
  inTransaction,
  one,
  type Pool,
  run,
  type Transaction,
} from '../../../service/src/platform/database/database.ts';
import { withdrawnModels } from './devices.ts';
import { DEMO_DAY } from './ids.ts';
import { leaveCorpDataBehind, selectHasTickets, withdrawModels } from './queries.ts';
import { demoRecords, staleCorpDataLines } from './records.ts';

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
