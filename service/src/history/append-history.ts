import { randomUUID } from 'node:crypto';
import type { HistoryEntry } from '@cpe-desk/contract';
import { maybeOne, run, type Transaction } from '../database.ts';
import { entryHash, type HistoryFacts } from './entry-hash.ts';
import { insertEntry, selectChainHead } from './queries.ts';

/**
 * Appends an entry to its line's chain, through the transaction that changes the line. The caller has locked the
 * line's update, of which there is one at a time, so nobody else appends to this chain.
 */
export const appendHistory = async (
  tx: Transaction,
  facts: Omit<HistoryFacts, 'id' | 'sequence'>,
): Promise<HistoryEntry> => {
  const head = await maybeOne(tx, selectChainHead, [facts.serviceLineId]);
  const numbered: HistoryFacts = { ...facts, id: randomUUID(), sequence: (head?.sequence ?? 0) + 1 };
  const previousHash = head?.hash ?? null;
  const entry = { ...numbered, previousHash, hash: entryHash(previousHash, numbered) };
  await run(tx, insertEntry, [
    entry.id,
    entry.serviceLineId,
    entry.sequence,
    entry.at,
    entry.updateId,
    entry.cttId,
    entry.ticketNo,
    entry.kind,
    entry.actor.id,
    entry.actor.name,
    entry.changed,
    JSON.stringify(entry.before),
    JSON.stringify(entry.after),
    entry.reason,
    entry.nigReference,
    entry.settlement && JSON.stringify(entry.settlement),
    entry.rules,
    entry.previousHash,
    entry.hash,
  ]);
  return entry;
};
