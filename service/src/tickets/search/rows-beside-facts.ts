import type pg from 'pg';
import { type Queryable, run, statement } from '../../platform/database/database.ts';

/** A statement for rows in an `order`, and for `facts`: a select of one row, which the rows may refer to. */
type Asked = {
  ctes: string;
  facts: string;
  rows: string;
  order?: ((of: string) => string) | undefined;
  values: readonly unknown[];
};

/** What a statement answers: its rows, and the facts also where there are no rows. It is planned anew for the values of each run. */
export const rowsBesideFacts = async <
  Row extends pg.QueryResultRow,
  Facts extends pg.QueryResultRow,
>(
  db: Queryable,
  { ctes, facts, rows, order = () => '', values }: Asked,
): Promise<{ rows: Row[]; facts: Facts }> => {
  type Answered = Facts & ((Row & { is_found: true }) | { is_found: null });
  const sql = `with ${ctes}, facts as materialized (${facts})
    select f.*, p.* from facts f left join (select true as is_found, r.* from (${rows}) r) p on true ${order('p')}`;
  const answered = await run(db, statement<Answered, readonly unknown[]>('', sql), values);
  const [first] = answered;
  if (!first) throw new Error('A statement answered no facts');
  return {
    rows: answered.filter((row): row is Facts & Row & { is_found: true } => row.is_found !== null),
    facts: first,
  };
};
