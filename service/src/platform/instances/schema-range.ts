import { readdirSync } from 'node:fs';
import { MIGRATIONS_FOLDER } from '../schema/migration-file.ts';

/** The schemas, by the number of their newest migration, that an instance may write to. */
export type SchemaRange = { oldest: number; newest: number };

/** The statements of a build need all its migrations; later ones stay compatible for one release. */
export const buildSchemaRange = (): SchemaRange => {
  const numbers = readdirSync(MIGRATIONS_FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => Number(name.slice(0, 4)));
  const newest = Math.max(...numbers);
  return { oldest: newest, newest };
};
