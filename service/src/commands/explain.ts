import { parseArgs } from 'node:util';
import { cleanText } from '@cpe-desk/contract';
import { linesOf, momentsOf } from '../explain/moments.ts';
import { readStory } from '../explain/story.ts';
import type { Pool } from '../platform/database/database.ts';
import { NOT_DONE, runDatabaseCommand, say, tell } from './run-command.ts';

/*
 * `npm run explain -- UPDATE_ID` prints what the database knows of one update, in the order of time.
 * `--json`: for programs. Exit code 0: printed; 2: there is no such update, or no database.
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
    return updateId === undefined || others.length > 0 ? undefined : { updateId, isJson: values.json };
  } catch {
    return undefined;
  }
};

const explain = async (db: Pool, updateId: string, isJson: boolean): Promise<number> => {
  const story = await readStory(db, updateId);
  if (!story) {
    say(`There is no update ${cleanText(updateId, 80)} in this database`);
    return NOT_DONE;
  }
  if (isJson) tell(JSON.stringify({ ...story, moments: momentsOf(story) }, null, 2));
  // What NIG or a person wrote must not steer the terminal.
  else for (const line of linesOf(story)) tell(cleanText(line, LONGEST_LINE));
  return 0;
};

const given = readArguments();
if (given === undefined) {
  say(USAGE);
  process.exitCode = NOT_DONE;
} else await runDatabaseCommand((db) => explain(db, given.updateId, given.isJson));
