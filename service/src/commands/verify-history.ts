import { checkAnchors } from '../history/check-anchors.ts';
import { readHistoryKey, trustedKeys } from '../history/history-keys.ts';
import { verifyAll } from '../history/read-chain.ts';
import type { Pool } from '../platform/database/database.ts';
import { runDatabaseCommand, say, tell } from './run-command.ts';

/*
 * `npm run verify-history`: verifies the history of all lines and holds it against the signed
 * records in the database and in the DATA_DIR. Exit code 0: intact; 1: something does not fit,
 * named on stdout; 2: it could not be verified. A line that begins with "note:" explains, it is
 * no fault.
 */

const PROGRESS_EVERY = 10_000;

/** Verifies each line's chain; answers how many lines, entries and faults there are. */
const verifyLines = async (db: Pool) => {
  const count = { lines: 0, entries: 0, faults: 0 };
  for await (const verdict of verifyAll(db)) {
    count.lines++;
    count.entries += verdict.entries;
    if (verdict.fault) {
      count.faults++;
      tell(`line ${verdict.serviceLineId}, entry ${verdict.fault.sequence}: ${verdict.fault.detail}`);
    }
    for (const { sequence, detail } of verdict.notes)
      tell(`note: line ${verdict.serviceLineId}, entry ${sequence}: ${detail}`);
    if (count.lines % PROGRESS_EVERY === 0) say(`${count.lines} lines, ${count.entries} entries`);
  }
  return count;
};

await runDatabaseCommand(async (db, config) => {
  const key = await readHistoryKey(db, config);
  const count = await verifyLines(db);
  const { pems, others } = await trustedKeys(db, key);
  const { faults, notes } = await checkAnchors(db, config.DATA_DIR, pems);
  for (const keyId of others) faults.push(`key ${keyId} is registered, but the current key does not know it`);
  for (const note of notes) tell(`note: ${note}`);
  for (const fault of faults) tell(fault);
  const sum = count.faults + faults.length;
  tell(`${count.lines} lines, ${count.entries} entries, ${sum} faults`);
  return sum > 0 ? 1 : 0;
});
