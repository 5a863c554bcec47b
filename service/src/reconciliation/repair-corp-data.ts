import { refreshCorpData } from '../line/corp-data.sql.ts';
import { inTransaction, one, type Pool, run } from '../platform/database/database.ts';
import { corpDataDifference, lineOf } from './compare-line.ts';
import { lockCpe, selectLineToReconcile, writeDrift } from './reconciliation.sql.ts';

/**
 * Writes a line's corp-data record from its CPE and records what it held. False where they agree by
 * now.
 */
export const repairCorpData = (db: Pool, lineId: string): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    // Locked, then read: an update that was being applied has written both by then.
    await one(tx, lockCpe, [lineId]);
    const line = lineOf(await one(tx, selectLineToReconcile, [lineId]));
    const difference = corpDataDifference(line);
    if (!difference) return false;
    await run(tx, refreshCorpData, [[lineId], new Date()]);
    const { fields, held } = difference;
    const drift = [JSON.stringify(line.cpe), held && JSON.stringify(held)] as const;
    await run(tx, writeDrift, [lineId, 'corp-data', fields, ...drift, true, []]);
    return true;
  });
