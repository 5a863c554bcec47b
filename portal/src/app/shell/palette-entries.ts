import type { IconName } from './icon.ts';

/** A line of the command palette. */
export type Entry = {
  id: string;
  group: string;
  icon: IconName;
  text: string;
  /** What is said beside it: a ticket's customer, the keys that do the same. */
  remark: string;
  run: () => void;
};

const plain = (text: string): string =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** The entries that have each word of a text, in any order, without regard to accents. */
export const matching = (entries: readonly Entry[], text: string): Entry[] => {
  const wanted = plain(text).split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const said = plain(`${entry.text} ${entry.group}`);
    return wanted.every((word) => said.includes(word));
  });
};

/** A text with a digit is of a ticket or a device rather than of a page. */
export const seemsToBeOfTicket = (text: string): boolean => /\d/.test(text);
