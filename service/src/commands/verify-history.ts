import { checkAnchors } from '../history/anchors/check-anchors.ts';
import { readHistoryKey, trustedKeys } from '../history/keys/history-keys.ts';
import { verifyAll } from '../history/proof/read-chain.ts';
import type { Pool } from '../platform/database/database.ts';
import { printResult, printStatus, runDatabaseCommand } from './run-command.ts';

/*
 * `npm run verify-history`: verifies the history of all lines, and checks it against the signed
 * records in the database and in the DATA_DIR. Exit code 0: intact; 1: faults, on stdout; 2: not
 * verified. A line that begins with "note:" explains and is no fault.
 */

const PROGRESS_EVERY = 10_000;

/** Verifies each line's chain. Returns the number of lines, entries and faults. */
const verifyLines = async (db: Pool) => {
  const count = { lines: 0, entries: 0, faults: 0 };
  for await (const verdict of verifyAll(db)) {
    count.lines++;
    count.entries += verdict.entries;
    if (verdict.fault) {
      count.faults++;
      printResult(
        `line ${verdict.serviceLineId}, entry ${verdict.fault.sequence}: ${verdict.fault.detail}`,
      );
    }
    for (const { sequence, detail } of verdict.notes)
      printResult(`note: line ${verdict.serviceLineId}, entry ${sequence}: ${detail}`);
    if (count.lines % PROGRESS_EVERY === 0)
      printStatus(`${count.lines} lines, ${count.entries} entries`);
  }
  return count;
};

await runDatabaseCommand(async (db, config) => {
  const key = await readHistoryKey(db, config);
  const count = await verifyLines(db);
  const { pems, others } = await trustedKeys(db, key);
  const { faults, notes } = await checkAnchors(db, config.DATA_DIR, pems);
  for (const keyId of others)
    faults.push(`key ${keyId} is registered, but the current key does not vouch for it`);
  for (const note of notes) printResult(`note: ${note}`);
  for (const fault of faults) printResult(fault);
  const sum = count.faults + faults.length;
  printResult(`${count.lines} lines, ${count.entries} entries, ${sum} faults`);
  return sum > 0 ? 1 : 0;
});
