import type pg from 'pg';

/** A column of an answer. `table` and `isNotNull` describe the column of a table that it shows. */
export type Column = { name: string; type: string; table: string | undefined; isNotNull: boolean };

/** What PostgreSQL says of a statement; the types by their names, an array's with `[]`. */
export type Description = { params: string[]; columns: Column[] };

type Field = { name: string; dataTypeID: number; tableID: number; columnID: number };

/** The answers to Describe (protocol, 54.2.3), which node-postgres does not offer. */
const ask = (client: pg.Client, text: string) =>
  new Promise<{ params: number[]; fields: Field[] }>((resolve, reject) => {
    const answer = { params: [] as number[], fields: [] as Field[] };
    const noteParams = ({ dataTypeIDs }: { dataTypeIDs: number[] }) => {
      answer.params = dataTypeIDs;
    };
    const query = {
      submit(connection: pg.Connection) {
        connection.once('parameterDescription', noteParams);
        connection.parse({ name: '', text, types: [] }, true);
        connection.describe({ type: 'S', name: '' }, true);
        connection.sync();
        return null;
      },
      handleRowDescription: ({ fields }: { fields: Field[] }) => {
        answer.fields = fields;
      },
      handleReadyForQuery: () => resolve(answer),
      handleError(error: Error, connection: pg.Connection) {
        connection.off('parameterDescription', noteParams);
        reject(error);
      },
    };
    client.query(query);
  });

const selectTypes = `
  select t.oid::int, case when e.oid is null then t.typname else e.typname || '[]' end as name
    from pg_type t left join pg_type e on e.typarray = t.oid`;

const selectColumns = `
  select attrelid::int as table_oid, attnum as number, attrelid::regclass::text as "table",
         attnotnull as is_not_null
    from pg_attribute where attnum > 0`;

type Origin = { table_oid: number; number: number; table: string; is_not_null: boolean };

/** Describes statements without running them. */
export const describer = async (client: pg.Client) => {
  const { rows: types } = await client.query<{ oid: number; name: string }>(selectTypes);
  const typeNames = new Map(types.map(({ oid, name }) => [oid, name]));
  const { rows: columns } = await client.query<Origin>(selectColumns);
  const origins = new Map(columns.map((row) => [`${row.table_oid} ${row.number}`, row]));
  const typeOf = (oid: number) => typeNames.get(oid) ?? String(oid);
  return async (text: string): Promise<Description> => {
    const { params, fields } = await ask(client, text);
    return {
      params: params.map(typeOf),
      columns: fields.map(({ name, dataTypeID, tableID, columnID }) => {
        const origin = origins.get(`${tableID} ${columnID}`);
        const isNotNull = origin?.is_not_null ?? false;
        return { name, type: typeOf(dataTypeID), table: origin?.table, isNotNull };
      }),
    };
  };
};
