import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** The number in a migration's name, which is that of its schema. */
export const schemaOf = (name: string): number => Number(name.slice(0, 4));

/** The schemas, by the number of their newest migration, to which an instance may write. */
export type SchemaRange = { oldest: number; newest: number };

/**
 * A build's statements need all its migrations. Later migrations stay compatible for one release.
 */
export const buildSchemaRange = (): SchemaRange => {
  const numbers = readdirSync(MIGRATIONS_FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .map(schemaOf);
  const newest = Math.max(...numbers);
  return { oldest: newest, newest };
};
