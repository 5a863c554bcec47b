import { one, type Queryable } from '../database/database.ts';
import type { ReadinessCheck } from '../readiness.ts';
import { selectMayWrite } from './instances.sql.ts';
import type { SchemaRange } from './schema-range.ts';

/** Why an instance may not write to the present database; undefined where it may. */
export const schemaFault = async (
  db: Queryable,
  schemas: SchemaRange,
): Promise<string | undefined> => {
  const row = await one(db, selectMayWrite, [schemas.newest, schemas.oldest]);
  if (row.may_write) return undefined;
  return schemas.newest < row.oldest_writer
    ? `this instance knows schema ${schemas.newest}, the database needs ${row.oldest_writer}: upgrade it`
    : `this instance needs schema ${schemas.oldest}, the database has ${row.schema}: migrate it`;
};

/** `/readyz`: whether this instance may write to the database's present schema. */
export const schemaCheck = (probe: Queryable, schemas: SchemaRange): ReadinessCheck => ({
  name: 'schema',
  fault: () => schemaFault(probe, schemas),
});
