import type { Config } from '../config/config.ts';
import { adoptHistoryKey, previousKeys, readHistoryKey } from '../history/keys/history-keys.ts';
import { keyIdOf, publicPem } from '../history/keys/signing-key.ts';
import type { Pool } from '../platform/database/database.ts';
import { NOT_DONE, printResult, printStatus, runDatabaseCommand } from './run-command.ts';

/*
 * `npm run history-key`: prints the public key that signs the history, and its id. `npm run
 * history-key -- adopt`: registers the key of this DATA_DIR (or HISTORY_KEY_FILE), and makes one
 * where there is none. The previous key still verifies its signatures. Exit code 0: done; 2: not
 * done.
 */

const USAGE = 'Usage: npm run history-key [-- adopt]';

const printKeys = async (db: Pool, config: Config): Promise<number> => {
  const key = await readHistoryKey(db, config);
  if (key === undefined) {
    printStatus('No history key exists yet: the first start of a desk makes one');
    return NOT_DONE;
  }
  const pem = publicPem(key);
  printResult(`key ${keyIdOf(pem)}\n${pem}`.trimEnd());
  for (const { keyId, retiredAt, publicKey } of (await previousKeys(db, pem)).vouched)
    printResult(`previous key ${keyId}, until ${retiredAt.toISOString()}\n${publicKey}`.trimEnd());
  return 0;
};

const adopt = async (db: Pool, config: Config): Promise<number> => {
  const { keyId, previous } = await adoptHistoryKey(db, config);
  printResult(
    previous ? `registered key ${keyId}; previous: ${previous}` : `key ${keyId} is registered`,
  );
  return 0;
};

const [action, ...rest] = process.argv.slice(2);
if ((action !== undefined && action !== 'adopt') || rest.length > 0) {
  printStatus(USAGE);
  process.exitCode = NOT_DONE;
} else await runDatabaseCommand(action === 'adopt' ? adopt : printKeys);
