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

export const chainVerifier = (serviceLineId: string): ChainVerifier => {
  let entries = 0;
  let head: string | null = null;
  let fault: ChainVerdict['fault'] = null;
  return {
    add(entry) {
      const detail = misfit(entry, entries + 1, head);
      if (detail) fault ??= { sequence: entries + 1, detail };
      entries++;
      head = entry.hash;
    },
    verdict(applied) {
      if (applied !== entries)
        fault ??= {
          sequence: entries + 1,
          detail: `${applied} updates were applied, the history has ${entries} entries`,
        };
      return { serviceLineId, isIntact: fault === null, entries, head, fault };
    },
  };
};
