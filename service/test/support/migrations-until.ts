import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MIGRATIONS_FOLDER } from '../../src/platform/instances/schema-range.ts';
import { tempFolder } from './temp-folder.ts';

/** A folder with the migrations before a number: the schema of an older release. */
export const migrationsUntil = async (number: string) => {
  const folder = await tempFolder();
  for (const name of await readdir(MIGRATIONS_FOLDER))
    if (name < number) await cp(join(MIGRATIONS_FOLDER, name), join(folder.path, name));
  return folder;
};
