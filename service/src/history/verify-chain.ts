import type { ChainVerdict, HistoryEntry } from '@cpe-desk/contract';
import { entryHash } from './entry-hash.ts';

/** Verifies a line's history entry by entry, the oldest first; remembers the first that does not fit. */
export type ChainVerifier = {
  add(entry: HistoryEntry): void;
  /** `applied`: how many updates of the line were applied; each has its entry. */
  verdict(applied: number): ChainVerdict;
};

/** Why an entry does not fit after the one before it, or undefined. */
const misfit = (entry: HistoryEntry, sequence: number, previousHash: string | null): string | undefined => {
  const { hash, previousHash: claimed, ...facts } = entry;
  if (entry.sequence !== sequence) return `Entry ${sequence} is missing: entry ${entry.sequence} follows`;
  if (claimed !== previousHash) return 'It does not carry the hash of the entry before it';
  if (entryHash(previousHash, facts) !== hash) return 'Its hash is not that of what it says';
  return undefined;
};

/** `orderedSince`: from then on the database refuses an entry that is before the entry before it. */
export const chainVerifier = (serviceLineId: string, orderedSince: Date): ChainVerifier => {
  let entries = 0;
  let head: string | null = null;
  let lastAt: string | null = null;
  let fault: ChainVerdict['fault'] = null;
  const notes: ChainVerdict['notes'] = [];
  return {
    add(entry) {
      const sequence = entries + 1;
      const detail = misfit(entry, sequence, head);
      if (detail) fault ??= { sequence, detail };
      else if (lastAt && entry.at < lastAt) {
        const fall = { sequence, detail: `Its time is before that of the entry before it (${lastAt})` };
        if (new Date(entry.at) < orderedSince) notes.push(fall);
        else fault ??= fall;
      }
      entries++;
      head = entry.hash;
      lastAt = entry.at;
    },
    verdict(applied) {
      if (applied !== entries)
        fault ??= {
          sequence: entries + 1,
          detail: `${applied} updates were applied, the history has ${entries} entries`,
        };
      return { serviceLineId, isIntact: fault === null, entries, head, fault, notes };
    },
  };
};
