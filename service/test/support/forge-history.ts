import { createHash } from 'node:crypto';
import type { HistoryEntry } from '@cpe-desk/contract';
import canonicalize from 'canonicalize';
import { readChain } from '../../src/history/proof/read-chain.ts';
import type { Pool } from '../../src/platform/database/database.ts';

/** Runs SQL as a forger with all rights in the database, past every trigger. */
export const forge = async (owner: Pool, sql: string, values: unknown[] = []): Promise<void> => {
  const client = await owner.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query(sql, values);
  } finally {
    await client.query('reset session_replication_role');
    client.release();
  }
};

export const entriesOf = async (owner: Pool, lineId: string): Promise<HistoryEntry[]> => {
  const entries: HistoryEntry[] = [];
  for await (const entry of readChain(owner, lineId)) entries.push(entry);
  return entries;
};

/** Replaces all hashes of a line with valid ones, as a skilled forger does. */
export const rehash = async (owner: Pool, lineId: string): Promise<void> => {
  let previous: string | null = null;
  for (const { hash: _, previousHash: __, ...facts } of await entriesOf(owner, lineId)) {
    const hash: string = createHash('sha256')
      .update(`${previous ?? ''}${canonicalize(facts)}`)
      .digest('hex');
    const sql = 'update cpe_history set previous_hash = $2, hash = $3 where id = $1';
    await forge(owner, sql, [facts.id, previous, hash]);
    previous = hash;
  }
};

/** Removes the last entry of a line with all its traces in the database. */
export const removeLastEntry = async (owner: Pool, lineId: string): Promise<void> => {
  const last = (await entriesOf(owner, lineId)).at(-1);
  await forge(owner, 'delete from cpe_history where id = $1', [last?.id]);
  await forge(owner, 'delete from cpe_update where id = $1', [last?.updateId]);
  const sql = `update cpe set history_sequence = $2, history_hash = $3,
    history_at = (select max(at) from cpe_history where service_line_id = $1) where service_line_id = $1`;
  await forge(owner, sql, [lineId, (last?.sequence ?? 1) - 1, last?.previousHash ?? null]);
};
