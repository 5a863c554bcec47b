import { hash } from 'node:crypto';
import type { HistoryEntry } from '@cpe-desk/contract';
import canonicalize from 'canonicalize';

/** What an entry says, without the chain. */
export type HistoryFacts = Omit<HistoryEntry, 'previousHash' | 'hash'>;

/**
 * SHA-256 (hex) over the hash of the entry before it on its line and the RFC 8785 canonical JSON
 * of the entry.
 */
export const entryHash = (previousHash: string | null, facts: HistoryFacts): string =>
  hash('sha256', (previousHash ?? '') + (canonicalize(facts) ?? ''));
