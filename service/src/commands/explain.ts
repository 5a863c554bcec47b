import { parseArgs } from 'node:util';
import { cleanText } from '@cpe-desk/contract';
import { linesOf, momentsOf } from '../explain/moments.ts';
import { readStory } from '../explain/story.ts';
import type { Pool } from '../platform/database/database.ts';
import { NOT_DONE, printResult, printStatus, runDatabaseCommand } from './run-command.ts';

/*
 * `npm run explain -- UPDATE_ID` prints the database's facts about one update, by time. `--json`:
 * for programs. Exit code 0: printed; 2: no such update, or no database.
 */

const USAGE = 'Usage: npm run explain -- UPDATE_ID [--json]';
const LONGEST_LINE = 2000;

const readArguments = () => {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [updateId, ...others] = positionals;
    return updateId === undefined || others.length > 0
      ? undefined
      : { updateId, isJson: values.json };
  } catch {
    return undefined;
  }
};

const explain = async (db: Pool, updateId: string, isJson: boolean): Promise<number> => {
  const story = await readStory(db, updateId);
  if (!story) {
    printStatus(`This database has no update ${cleanText(updateId, 80)}`);
    return NOT_DONE;
  }
  if (isJson) printResult(JSON.stringify({ ...story, moments: momentsOf(story) }, null, 2));
  // Text of NIG or of a person must not control the terminal.
  else for (const line of linesOf(story)) printResult(cleanText(line, LONGEST_LINE));
  return 0;
};

const given = readArguments();
if (given === undefined) {
  printStatus(USAGE);
  process.exitCode = NOT_DONE;
} else await runDatabaseCommand((db) => explain(db, given.updateId, given.isJson));
