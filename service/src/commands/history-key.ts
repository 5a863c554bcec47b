import type { Config } from '../config.ts';
import { adoptHistoryKey, previousKeys, readHistoryKey } from '../history/history-keys.ts';
import { keyIdOf, publicPem } from '../history/signing-key.ts';
import type { Pool } from '../platform/database/database.ts';
import { NOT_DONE, runDatabaseCommand, say, tell } from './run-command.ts';

/*
 * `npm run history-key`: prints the public key that signs the history, and its id. `npm run
 * history-key -- adopt`: registers the key of this DATA_DIR (or HISTORY_KEY_FILE), which is made
 * where there is none; the key of before still verifies what it signed. Exit code 0: done; 2: not
 * done.
 */

const USAGE = 'Usage: npm run history-key [-- adopt]';

const printKeys = async (db: Pool, config: Config): Promise<number> => {
  const key = await readHistoryKey(db, config);
  if (key === undefined) {
    say('There is no history key yet: the first start of a desk makes one');
    return NOT_DONE;
  }
  const pem = publicPem(key);
  tell(`key ${keyIdOf(pem)}\n${pem}`.trimEnd());
  for (const { keyId, retiredAt, publicKey } of (await previousKeys(db, pem)).vouched)
    tell(`previous key ${keyId}, until ${retiredAt.toISOString()}\n${publicKey}`.trimEnd());
  return 0;
};

const adopt = async (db: Pool, config: Config): Promise<number> => {
  const { keyId, previous } = await adoptHistoryKey(db, config);
  tell(previous ? `registered key ${keyId}; previous: ${previous}` : `key ${keyId} is registered`);
  return 0;
};

const [what, ...rest] = process.argv.slice(2);
if ((what !== undefined && what !== 'adopt') || rest.length > 0) {
  say(USAGE);
  process.exitCode = NOT_DONE;
} else await runDatabaseCommand(what === 'adopt' ? adopt : printKeys);
