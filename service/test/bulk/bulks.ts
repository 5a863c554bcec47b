import assert from 'node:assert/strict';
import { type Bulk, type BulkRow, bulkRowsSchema, bulkSchema } from '@cpe-desk/contract';
import type { Client } from '../support/client.ts';
import { until } from '../support/until.ts';

const ROUTE = '/ticket/ctt/cpe/bulk';

export type UploadOptions = {
  type?: string;
  query?: string;
  headers?: Record<string, string>;
};

/** Uploads a file. */
export const upload = (
  client: Client,
  file: string | Uint8Array<ArrayBuffer>,
  { type = 'text/csv', query = '', headers = {} }: UploadOptions = {},
): Promise<Response> =>
  client.fetch(`${ROUTE}${query}`, {
    method: 'POST',
    body: file,
    headers: { 'content-type': type, ...headers },
  });

export const readBulk = async (client: Client, bulkId: string): Promise<Bulk> =>
  bulkSchema.parse((await client.get(`${ROUTE}/${bulkId}`)).body);

/** Waits until the desk has nothing more to do before a person does something. */
export const prepared = async (client: Client, bulkId: string): Promise<Bulk> => {
  let bulk = await readBulk(client, bulkId);
  await until(`${bulkId} is read and checked`, async () => {
    bulk = await readBulk(client, bulkId);
    return bulk.state !== 'reading' && bulk.state !== 'checking';
  });
  return bulk;
};

/** Uploads a file, and waits for its check or its questions. */
export const uploadAndCheck = async (
  client: Client,
  ...of: Parameters<typeof upload> extends [Client, ...infer Rest] ? Rest : never
): Promise<Bulk> => {
  const answer = await upload(client, ...of);
  const text = await answer.text();
  assert.equal(answer.status, 202, text);
  return prepared(client, bulkSchema.parse(JSON.parse(text)).bulkId);
};

/** All rows of a bulk, over several pages. */
export const rowsOf = async (client: Client, bulkId: string, query = ''): Promise<BulkRow[]> => {
  const rows: BulkRow[] = [];
  for (let cursor = ''; ; ) {
    const path = `${ROUTE}/${bulkId}/rows?limit=200${query}${cursor && `&cursor=${cursor}`}`;
    const page = bulkRowsSchema.parse((await client.get(path)).body);
    rows.push(...page.items);
    if (page.nextCursor === null) return rows;
    cursor = page.nextCursor;
  }
};

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

/** Rows as CSV; each is an object by heading. */
export const csvOf = (rows: readonly Record<string, string | number | undefined>[]): string => {
  const headings = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [headings, ...rows.map((row) => headings.map((name) => String(row[name] ?? '')))]
    .map((cells) => `${cells.map(quoted).join(',')}\r\n`)
    .join('');
};
