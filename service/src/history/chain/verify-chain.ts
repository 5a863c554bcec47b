import type { ChainVerdict, HistoryEntry } from '@cpe-desk/contract';
import { entryHash } from './entry-hash.ts';

/** The verdict on one line's chain; anchors are of all lines. */
export type LineVerdict = Omit<ChainVerdict, 'anchoredAt'>;

/** Verifies a line's history entry by entry, oldest first, and keeps the first fault. */
export type ChainVerifier = {
  add(entry: HistoryEntry): void;
  /** `applied`: the number of applied updates of the line. Each must have an entry. */
  verdict(applied: number): LineVerdict;
};

/** Why an entry does not fit the previous one; undefined where it fits. */
const chainFault = (
  entry: HistoryEntry,
  sequence: number,
  previousHash: string | null,
): string | undefined => {
  const { hash, previousHash: claimed, ...facts } = entry;
  if (entry.sequence !== sequence)
    return `Entry ${sequence} is missing: entry ${entry.sequence} follows`;
  if (claimed !== previousHash) return "It does not carry the previous entry's hash";
  if (entryHash(previousHash, facts) !== hash) return 'Its hash does not match its content';
  return undefined;
};

/**
 * `orderedSince`: from then on the database refuses an entry with an earlier time than the previous
 * one.
 */
export const chainVerifier = (serviceLineId: string, orderedSince: Date): ChainVerifier => {
  let entries = 0;
  let head: string | null = null;
  let lastAt: string | null = null;
  let fault: LineVerdict['fault'] = null;
  const notes: LineVerdict['notes'] = [];
  return {
    add(entry) {
      const sequence = entries + 1;
      const detail = chainFault(entry, sequence, head);
      if (detail) fault ??= { sequence, detail };
      else if (lastAt && entry.at < lastAt) {
        const earlierTime = {
          sequence,
          detail: `Its time is before the previous entry's time (${lastAt})`,
        };
        if (new Date(entry.at) < orderedSince) notes.push(earlierTime);
        else fault ??= earlierTime;
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
