import { openDatabase } from '../database.ts';
import { runCommand, say, tell } from '../start/run-command.ts';
import { checkAnchors } from './anchor.ts';
import { verifyAll } from './read-chain.ts';
import { signingKey } from './signing-key.ts';

/*
 * `npm run verify-history`: verifies the history of all lines and holds it against the anchors in the DATA_DIR.
 * Exit code 0: intact; 1: something does not fit, named on stdout; 2: it could not be verified.
 */

const PROGRESS_EVERY = 10_000;

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
      for (const { sequence, detail } of verdict.notes)
        tell(`note: line ${verdict.serviceLineId}, entry ${sequence}: ${detail}`);
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

await runCommand((databaseUrl, { DATA_DIR }) => verify(databaseUrl, DATA_DIR));
