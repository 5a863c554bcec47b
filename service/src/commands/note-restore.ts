import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Restore, recordRestore } from '../history/anchors/record-restore.ts';
import { readHistoryKey, trustedKeys } from '../history/keys/history-keys.ts';
import { NOT_DONE, printResult, printStatus, runDatabaseCommand } from './run-command.ts';

/*
 * `npm run note-restore -- --to TIME --by NAME --reason TEXT`, after a restore from a backup, or a
 * failover that lost the newest transactions. Records it, signed, so that `npm run verify-history`
 * accepts the entries missing since TIME. Exit code 0: recorded; 2: refused, with the reason.
 */

const USAGE =
  'Usage: npm run note-restore -- --to 2026-12-01T02:00:00Z --by "NAME" --reason "TEXT"\n' +
  'TIME: to which the database was restored (RFC 3339, with a zone).';

const text = z.string().trim().min(1).max(500);
const restoreSchema = z.object({
  to: z.iso.datetime({ offset: true }),
  by: text,
  reason: text,
});

const readRestore = (): Restore | string => {
  try {
    const type = 'string' as const;
    const { values } = parseArgs({ options: { to: { type }, by: { type }, reason: { type } } });
    const { success, data, error } = restoreSchema.safeParse(values);
    if (success) return { restoredTo: new Date(data.to), by: data.by, reason: data.reason };
    return error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const restore = readRestore();
if (typeof restore === 'string') {
  printStatus(`${restore}\n${USAGE}`);
  process.exitCode = NOT_DONE;
} else
  await runDatabaseCommand(async (db, config) => {
    const key = await readHistoryKey(db, config);
    if (key === undefined) {
      printStatus('No history key exists yet: no desk has started on this database');
      return NOT_DONE;
    }
    const { pems } = await trustedKeys(db, key);
    const { number, anchors, lines } = await recordRestore(
      db,
      config.DATA_DIR,
      { key, pems },
      restore,
    );
    printResult(
      `record ${number}: ${anchors} anchors are obsolete, ${lines} lines have lost entries`,
    );
    return 0;
  });
