import { hash } from 'node:crypto';
import type { HistoryEntry } from '@cpe-desk/contract';
import canonicalize from 'canonicalize';

/** The facts of an entry, without its place in the chain. */
export type HistoryFacts = Omit<HistoryEntry, 'previousHash' | 'hash'>;

/**
 * SHA-256 (hex) over the hash of the line's previous entry and the RFC 8785 canonical JSON of the
 * entry.
 */
export const entryHash = (previousHash: string | null, facts: HistoryFacts): string =>
  hash('sha256', (previousHash ?? '') + (canonicalize(facts) ?? ''));
