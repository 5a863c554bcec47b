import { writeFile } from 'node:fs/promises';
import pg from 'pg';
import type { Pool } from '../service/src/platform/database/database.ts';

export type Sent = { text: string; values: readonly unknown[] };

/**
 * A pool that passes statements on and records each of them in order, inside and outside
 * transactions.
 */
export const recordingPool = (pool: Pool, sent: Sent[]): Pool => {
  const recordStatement = ({ text, values }: pg.QueryConfig<unknown[]>) =>
    void sent.push({ text, values: values ?? [] });
  return {
    ...pool,
    connection: {
      query(query, signal) {
        recordStatement(query);
        return pool.connection.query(query, signal);
      },
    },
    async begin() {
      const transaction = await pool.begin();
      return {
        ...transaction,
        query(query) {
          recordStatement(query);
          return transaction.query(query);
        },
      };
    },
  };
};

/** The text form that PostgreSQL reads. */
const asText = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value))
    return `{${value.map((each) => JSON.stringify(String(each))).join(',')}}`;
  return String(value);
};

/** One recorded update: its statements with all their parameters as text. */
type Recorded = { texts: string[]; values: (string | null)[] };

export const recorded = (sent: readonly Sent[]): Recorded => ({
  texts: sent.map(({ text }) => text),
  values: sent.flatMap(({ values }) => values.map(asText)),
});

/**
 * Each statement of an update with its parameters as pgbench variables. Parameters that are null in
 * all updates become NULL.
 */
const scriptOf = (
  texts: readonly string[],
  nameOf: (parameter: number) => string | null,
): string => {
  let first = 0;
  return texts
    .map((text) => {
      const from = first;
      let most = 0;
      const line = text.replaceAll(/\s+/g, ' ').replaceAll(/\$(\d+)/g, (_, number) => {
        most = Math.max(most, Number(number));
        const name = nameOf(from + Number(number) - 1);
        return name === null ? 'NULL' : `:${name}`;
      });
      first += most;
      return `${line};\n`;
    })
    .join('');
};

/**
 * Writes a pgbench script that runs the statements of one recorded update in each transaction, and
 * stores their parameters in table `bench_update`. Throws where two updates ran different
 * statements.
 */
export const writeScript = async (
  url: string,
  updates: readonly Recorded[],
  file: string,
): Promise<void> => {
  const [first] = updates;
  if (!first) throw new Error('No update was recorded');
  const other = updates.find(({ texts }) => texts.join() !== first.texts.join());
  if (other)
    throw new Error(
      `Two updates ran different statements:\n${first.texts.join('\n')}\n--\n${other.texts.join('\n')}`,
    );
  // Parameters that always equal an earlier one share its variable.
  const columns = new Map<string, number>();
  const nameOf = first.values.map((_, parameter) => {
    const values = updates.map(({ values }) => values[parameter] ?? null);
    if (values.every((value) => value === null)) return null;
    if (values.includes(null))
      throw new Error(`Parameter ${parameter} is null in some updates only`);
    const key = JSON.stringify(values);
    const column = columns.get(key) ?? columns.size;
    columns.set(key, column);
    return `p${column}`;
  });
  const names = Array.from(columns, (_, n) => `p${n}`);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `create table bench_update (n int primary key, ${names.map((name) => `${name} text`).join(', ')})`,
    );
    const values = [...columns.keys()].map((key) => JSON.parse(key));
    await client.query(
      `insert into bench_update select * from unnest($1::int[], ${names.map((_, n) => `$${n + 2}::text[]`).join(', ')})`,
      [updates.map((_, n) => n + 1), ...values],
    );
    await client.query('create sequence bench_next cache 1');
    await client.query('vacuum analyze bench_update');
  } finally {
    await client.end();
  }
  const next = `select ${names.join(', ')} from bench_update where n = (select nextval('bench_next')) \\gset\n`;
  await writeFile(file, next + scriptOf(first.texts, (parameter) => nameOf[parameter] ?? null));
};
