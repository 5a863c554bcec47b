import { readFile } from 'node:fs/promises';
import pg from 'pg';

/** A database's schema as text. Better no text than one that leaves something out. */
export const schemaText = async (url: string): Promise<string> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const sql = await readFile(new URL('schema-text.sql', import.meta.url), 'utf8');
    const { rows } = await client.query<{ text: string; uncovered: string | null }>(sql);
    if (rows[0]?.uncovered) throw new Error(`The schema text does not cover: ${rows[0].uncovered}`);
    return rows[0]?.text ?? '';
  } finally {
    await client.end();
  }
};
