import { readConfig } from '../config.ts';
import { openDatabase } from '../database.ts';
import { openDeskDatabase } from '../start/desk-database.ts';
import { StartError, systemErrorCode } from '../start/start-error.ts';
import { checkAnchors } from './anchor.ts';
import { verifyAll } from './read-chain.ts';
import { signingKey } from './signing-key.ts';

/*
 * `npm run verify-history`: verifies the history of all lines and holds it against the anchors in the DATA_DIR.
 * Exit code 0: intact; 1: something does not fit, named on stdout; 2: it could not be verified.
 */

const PROGRESS_EVERY = 10_000;
const NOT_DONE = 2;

const say = (line: string) => void process.stderr.write(`${line}\n`);
const tell = (line: string) => void process.stdout.write(`${line}\n`);

const verify = async (url: string, dataDir: string): Promise<number> => {
  const db = openDatabase(url, { max: 1, log: { warn: (_, message) => say(message) } });
  try {
    const count = { lines: 0, entries: 0, faults: 0 };
    for await (const verdict of verifyAll(db)) {
      count.lines++;
      count.entries += verdict.entries;
      if (verdict.fault) {
        count.faults++;
        tell(`line ${verdict.serviceLineId}, entry ${verdict.fault.sequence}: ${verdict.fault.detail}`);
      }
      if (count.lines % PROGRESS_EVERY === 0) say(`${count.lines} lines, ${count.entries} entries`);
    }
    for (const fault of await checkAnchors(db, dataDir, await signingKey(dataDir))) {
      count.faults++;
      tell(fault);
    }
    tell(`${count.lines} lines, ${count.entries} entries, ${count.faults} faults`);
    return count.faults > 0 ? 1 : 0;
  } finally {
    await db.end();
  }
};

const main = async (): Promise<number> => {
  const read = readConfig(process.env);
  if (!read.ok) {
    say(read.messages.join('\n'));
    return NOT_DONE;
  }
  const database = await openDeskDatabase(read.config, say);
  try {
    return await verify(database.url, read.config.DATA_DIR);
  } finally {
    await database.close();
  }
};

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof StartError) && systemErrorCode(error) === undefined) throw error;
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = NOT_DONE;
}
