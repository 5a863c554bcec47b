import { refreshCorpData } from '../line/corp-data.ts';
import { inTransaction, one, type Pool, run } from '../platform/database/database.ts';
import { corpDataDifference, lineOf } from './compare-line.ts';
import { holdCpe, selectLine, writeDrift } from './queries.ts';

/** Makes a line's corp-data record follow its CPE and notes what it held; false where it does by now. */
export const repairCorpData = (db: Pool, lineId: string): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    // Held, then read: an update that was being applied has written both by then.
    await one(tx, holdCpe, [lineId]);
    const line = lineOf(await one(tx, selectLine, [lineId]));
    const difference = corpDataDifference(line);
    if (!difference) return false;
    await run(tx, refreshCorpData, [[lineId], new Date()]);
    const { fields, held } = difference;
    const drift = [JSON.stringify(line.cpe), held && JSON.stringify(held)] as const;
    await run(tx, writeDrift, [lineId, 'corp-data', fields, ...drift, true, []]);
    return true;
  });
