/** The words of a line of prose: which are names, and which have the form of a value. */
import { type Meaning, meaningOf, type Named } from './names.ts';
import { readRate } from './rates.ts';
import { isIdentity, readAddress, readMac, readSerial, splitIdentities } from './values.ts';

export type Word = {
  text: string;
  /** Words of another clause have another number. */
  clause: number;
  /** Of a name, on its first word: its meaning, and the number of its words. */
  label?: { meaning: Meaning; length: number };
  isValue: boolean;
};

/** Names have so many words at most. */
const LONGEST_LABEL = 4;
/** Addresses after these words are those of a relay or a router. */
const OF_OTHERS = /^(?:via|by|mask|route|routes|hop|nas)$/i;
/** `2_INTERNET_R_VID_100`: what follows is of the customer's WAN. */
const INTERNET_WAN = /^\d+_(?:\w+_)?INTERNET_[RB]_/;
/** `1_TR069_R_VID_1000`, `voip`: what follows is for management or voice. */
const MANAGEMENT = /(?:^|[_-])(?:tr-?0?69|voip|iptv|mgmt)(?:[_-]|$)/i;
export const CONNECTOR =
  /^(?:is|was|the|a|an|our|es|el|la|est|le|ist|der|das|adalah|ialah|é|o|-|→|->)$/i;
/** A word of a name: letters first, or the band of a radio. */
const NAME_WORD = /^(?:\p{L}[\p{L}\p{N}./_-]{0,30}|(?:2\.4|[56])-?GHz)$/iu;
export const RATE_PAIR =
  /^(?:\d{2,4}|\d{1,4}[.,]\d{1,3}(?=\/.*[kmg])|\d{1,4}(?:[.,]\d{1,3})?[kmg])[a-z]{0,4}\/\d{1,4}(?:[.,]\d{1,3})?[kmg]?[a-z]{0,4}$/i;
/** `300 Mbps`, and two of these with a slash between them, as one word. */
const RATE = /(?<=\d)\s*([kmg])b(?:it)?(?:ps|\/s(?:ec)?)/gi;
const RATE_SLASH = /(?<=\d[kmg])\s*\/\s*(?=\d)/gi;

/** An arrow from an old value to a new one. */
const ARROW = /[-=]+>|[→➜➔»]/gu;

/** A word of prose. The comma in a number with the unit of a rate ends no clause: `2,5G`. */
const WORD =
  /\d+(?:[.,]\d+)+(?:[kmg]|\/\d+(?:[.,]\d+)*[kmg])(?![\p{L}\p{N}])|[^\s,;|&"'()<>[\]{}=“”#]+/giu;

export const isOneRate = (text: string): boolean =>
  /^\d/.test(text) && readRate(text, null) !== undefined;

/** A port in the spelling of an OLT; dates and pairs of rates are none. */
export const hasPortForm = (text: string): boolean =>
  /\d\/\d/.test(text) &&
  (/\/\d+[:.]\d/.test(text) || /^\D*\d+(?:\/\d+){3}/.test(text) || /^\p{L}/u.test(text));

/** Twelve bare digits may mean anything. */
export const macIn = (text: string): string | undefined =>
  /[:.-]/.test(text) || /[a-f]/i.test(text) ? readMac(text) : undefined;

const hasValueForm = (text: string): boolean =>
  /\d|:|[a-f]{8}/i.test(text) &&
  (macIn(text) !== undefined ||
    readSerial(text) !== undefined ||
    readAddress(text) !== undefined ||
    hasPortForm(text) ||
    RATE_PAIR.test(text) ||
    isOneRate(text));

/**
 * `SN:HWTC1A2B3C4D` is a name and a value, `HWTC1A2B3C4D/3c:15:fb:00:12:34` two values; the colons
 * of a MAC address stay.
 */
const splitWord = (word: string): string[] => {
  const values = splitIdentities(word);
  if (values.length > 1) return values;
  const [, name, value] = /^(\p{L}{2,20}):(.+)$/u.exec(word) ?? [];
  return name && value && meaningOf(name) !== undefined ? [name, value] : [word];
};

export const wordsOf = (line: string): Word[] => {
  const text = line.replaceAll(RATE, '$1').replaceAll(RATE_SLASH, '/').replaceAll(ARROW, ' → ');
  const words: Word[] = [];
  let clause = 0;
  let end = 0;
  for (const { 0: raw, index } of text.matchAll(WORD)) {
    if (/[,;|&()\t]/.test(text.slice(end, index))) clause += 1;
    end = index + raw.length;
    const parts = splitWord(raw.replace(/[.:!?]+$/, ''));
    for (const part of parts)
      if (part !== '') words.push({ text: part, clause, isValue: hasValueForm(part) });
    if (/[.!?]$/.test(raw)) clause += 1;
  }
  return words;
};

export const textOf = (words: readonly Word[]): string => words.map(({ text }) => text).join(' ');

/** `prefix` in a sentence; in a table it may be that of a route. */
const INTERNET: Named = { field: 'address', weight: 4 };
const PREFIX: Named = { field: 'ipv6Prefix', weight: 3 };

/** The meaning of words as a name. Further words in front add nothing to `gateway`. */
const spanMeaning = (span: readonly Word[]): Meaning | undefined => {
  if (span.length === 1 && OF_OTHERS.test(span[0]?.text ?? '')) return 'never';
  if (/^prefix$/i.test(span.at(-1)?.text ?? '')) {
    if (span.length === 1) return PREFIX;
    if (span.length === 2 && OF_OTHERS.test(span[0]?.text ?? '')) return 'never';
  }
  const meaning = meaningOf(textOf(span));
  const isLonger = meaning === 'never' && span.length > 1;
  return isLonger && meaningOf(textOf(span.slice(1))) === 'never' ? undefined : meaning;
};

const longestLabel = (words: readonly Word[], at: number): Word['label'] => {
  const first = words[at];
  if (!first || CONNECTOR.test(first.text)) return undefined;
  for (let length = LONGEST_LABEL; length > 0; length -= 1) {
    const span = words.slice(at, at + length);
    const isName = ({ isValue, clause, text }: Word) =>
      !isValue && clause === first.clause && NAME_WORD.test(text);
    const meaning = span.length === length && span.every(isName) ? spanMeaning(span) : undefined;
    if (meaning !== undefined) return { meaning, length };
  }
  return undefined;
};

/** Marks the names: the longest at each place. */
export const markLabels = (words: Word[]): void => {
  for (let at = 0; at < words.length; at += 1) {
    const first = words[at];
    if (!first || first.isValue) continue;
    if (MANAGEMENT.test(first.text)) first.label = { meaning: 'never', length: 1 };
    else if (INTERNET_WAN.test(first.text)) first.label = { meaning: INTERNET, length: 1 };
    else first.label = longestLabel(words, at);
    at += (first.label?.length ?? 1) - 1;
  }
};

/** The values of a line that has no other words; undefined: it has other words. */
export const valuesAlone = (text: string): string[] | undefined => {
  const words = text
    .trim()
    .split(/[\s,;|]+/)
    .filter((word) => word !== '/')
    .flatMap(splitIdentities);
  return words.every((word) => isIdentity(word) || hasPortForm(word)) ? words : undefined;
};
