/**
 * Reads values out of a sentence: `Buenas, IP 10.20.0.57, la puerta de enlace es 10.20.0.1`. Each
 * value belongs to the name before it; `10.20.0.1 is the gateway` names it behind.
 */
import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addNamed } from './add-named.ts';
import { addAddress, addCandidate, type Draft } from './candidate.ts';
import type { Line } from './decode.ts';
import { type Meaning, meaningOf, type Named } from './names.ts';
import { addPort, isInOlt } from './port-candidate.ts';
import { readRate, readRates } from './rates.ts';
import type { ReadField } from './reading.ts';
import { readAddress, readMac, readSerial } from './values.ts';

type Word = {
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
/** A sentence about a swap: which of its devices stays is for a person to say. */
const SWAP =
  /\b(?:re-?plac|swap|exchang|remov|defect|faulty|ersetz|tausch|ganti|tukar|remplac|reemplaz|substitu)/i;
/** `1_TR069_R_VID_1000`, `voip`: what follows is for management or voice. */
const MANAGEMENT = /(?:^|[_-])(?:tr-?0?69|voip|iptv|mgmt)(?:[_-]|$)/i;
const CONNECTOR = /^(?:is|was|the|a|an|our|es|el|la|est|le|ist|der|das|adalah|ialah|é|o|-|→|->)$/i;
const NAME_WORD = /^\p{L}[\p{L}\p{N}./_-]{0,30}$/u;
const UNIT = /^[kmg](?:i?b)?(?:it)?(?:ps|\/s(?:ec)?)?$/i;
const RATE_PAIR =
  /^(?:\d{2,4}|\d{1,4}[.,]\d{1,3}(?=\/.*[kmg])|\d{1,4}(?:[.,]\d{1,3})?[kmg])[a-z]{0,4}\/\d{1,4}(?:[.,]\d{1,3})?[kmg]?[a-z]{0,4}$/i;
/** `300 Mbps`, and two of these with a slash between them, as one word. */
const RATE = /(?<=\d)\s*([kmg])b(?:it)?(?:ps|\/s(?:ec)?)/gi;
const RATE_SLASH = /(?<=\d[kmg])\s*\/\s*(?=\d)/gi;

/** A word of prose. The comma in a number with the unit of a rate ends no clause: `2,5G`. */
const WORD =
  /\d+(?:[.,]\d+)+(?:[kmg]|\/\d+(?:[.,]\d+)*[kmg])(?![\p{L}\p{N}])|[^\s,;|"'()<>[\]{}=“”#]+/giu;

const isOneRate = (text: string): boolean => /^\d/.test(text) && readRate(text, null) !== undefined;

/** A port in the spelling of an OLT; dates and pairs of rates are none. */
const hasPortForm = (text: string): boolean =>
  /\d\/\d/.test(text) &&
  (/\/\d+[:.]\d/.test(text) || /^\D*\d+(?:\/\d+){3}/.test(text) || /^\p{L}/u.test(text));

/** Twelve bare digits may mean anything. */
const macIn = (text: string): string | undefined =>
  /[:.-]/.test(text) || /[a-f]/i.test(text) ? readMac(text) : undefined;

const hasValueForm = (text: string): boolean =>
  /\d|:|[a-f]{8}/i.test(text) &&
  (macIn(text) !== undefined ||
    readSerial(text) !== undefined ||
    readAddress(text) !== undefined ||
    hasPortForm(text) ||
    RATE_PAIR.test(text) ||
    isOneRate(text));

/** `SN:HWTC1A2B3C4D` is a name and a value; the colons of a MAC address stay. */
const splitName = (word: string): string[] => {
  const [, name, value] = /^(\p{L}{2,20}):(.+)$/u.exec(word) ?? [];
  return name && value && meaningOf(name) !== undefined ? [name, value] : [word];
};

const wordsOf = (line: string): Word[] => {
  const text = line.replaceAll(RATE, '$1').replaceAll(RATE_SLASH, '/');
  const words: Word[] = [];
  let clause = 0;
  let end = 0;
  for (const { 0: raw, index } of text.matchAll(WORD)) {
    if (/[,;|()]/.test(text.slice(end, index))) clause += 1;
    end = index + raw.length;
    const parts = splitName(raw.replace(/[.:!?]+$/, ''));
    for (const part of parts)
      if (part !== '') words.push({ text: part, clause, isValue: hasValueForm(part) });
    if (/[.!?]$/.test(raw)) clause += 1;
  }
  return words;
};

const textOf = (words: readonly Word[]): string => words.map(({ text }) => text).join(' ');

/** `prefix` in a sentence; in a table it may be that of a route. */
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
const markLabels = (words: Word[]): void => {
  for (let at = 0; at < words.length; at += 1) {
    const first = words[at];
    if (!first || first.isValue) continue;
    first.label = MANAGEMENT.test(first.text)
      ? { meaning: 'never', length: 1 }
      : longestLabel(words, at);
    at += (first.label?.length ?? 1) - 1;
  }
};

/**
 * Whether the words behind a value say that it is another's: `10.20.0.1 is the gateway`. The name
 * is used up then.
 */
const isNamedBehind = (words: readonly Word[], at: number): boolean => {
  let next = at + 1;
  while (next < at + 4 && CONNECTOR.test(words[next]?.text ?? '')) next += 1;
  const word = words[next];
  if (word?.label?.meaning !== 'never') return false;
  const after = words[next + word.label.length];
  if (after && /\d/.test(after.text) && after.clause === word.clause) return false;
  word.label = undefined;
  return true;
};

/** The direction that a rate has behind it, which is used up: `300M down 100M up`. */
const takeDirectionBehind = (words: readonly Word[], at: number): Named | undefined => {
  const word = words[UNIT.test(words[at + 1]?.text ?? '') ? at + 2 : at + 1];
  const meaning = word?.label?.meaning;
  if (!word || !isDirection(meaning) || !isOneRate(withUnit(words, at))) return undefined;
  word.label = undefined;
  return meaning;
};

/** The text with its unit, if that is a word of its own: `300 Mbps`. */
const withUnit = (words: readonly Word[], at: number): string => {
  const [value, unit] = [words[at]?.text ?? '', words[at + 1]?.text ?? ''];
  return UNIT.test(unit) ? `${value} ${unit}` : value;
};

const labelAt = (words: readonly Word[], at: number): Label | undefined => {
  const { label, clause = 0 } = words[at] ?? {};
  const name = textOf(words.slice(at, at + (label?.length ?? 0)));
  return label && { meaning: label.meaning, name, clause };
};

/**
 * Adds a value whose form shows its meaning. Below a name that is not known, only the form of a PON
 * serial number does.
 */
const addByForm = (draft: Draft, text: string, line: Line, olt: OltFacts, by: ByForm): boolean => {
  const options = (field: ReadField) => ({
    weight: Math.max(1, by.weights.get(field) ?? 1),
    meaning: 'by its form',
  });
  const serial = readSerial(text);
  if (serial) return addCandidate(draft, 'serialNumber', serial, line, options('serialNumber'));
  if (by.isNamed) return false;
  const mac = macIn(text);
  if (mac) return addCandidate(draft, 'macAddress', mac, line, options('macAddress'));
  if (readAddress(text)) return addAddress(draft, text, line, options('ipAddress'));
  if (hasPortForm(text) && isInOlt(text, olt))
    return addPort(draft, text, line, olt, options('port'));
  return RATE_PAIR.test(text) && addRates(draft, text, line, options('bandwidth'));
};

type ByForm = { isNamed: boolean; weights: ReadonlyMap<string, number> };

/** Two numbers that differ more are no rates of one line: `1000/6` is a VLAN with its priority. */
const MOST_UNEVEN = 100;

const addRates = (
  draft: Draft,
  text: string,
  line: Line,
  options: { weight: number; meaning: string },
): boolean => {
  const rates = readRates(text);
  if (!rates || !('bandwidth' in rates)) return false;
  const { downKbps, upKbps } = rates.bandwidth;
  const [slow, fast] = [Math.min(downKbps, upKbps), Math.max(downKbps, upKbps)];
  if (slow * MOST_UNEVEN < fast) return false;
  // Some write the upload first; a line that sends more than it gets is rare.
  if (downKbps < upKbps)
    addCandidate(draft, 'bandwidth', { downKbps: upKbps, upKbps: downKbps }, line, options);
  return addCandidate(draft, 'bandwidth', rates.bandwidth, line, options);
};

/** The name that the next values belong to. */
type Label = { meaning: Meaning; name: string; clause: number };

const isDirection = (meaning: Meaning | undefined): meaning is Named =>
  meaning !== undefined && meaning !== 'never' && /^(?:down|up)$/.test(meaning.field);

const hasField = (label: Label | undefined, field: Named['field']): boolean =>
  label !== undefined && label.meaning !== 'never' && label.meaning.field === field;

/** Whether a word may be the value of a name, by its form or by the name. */
const fits = (label: Label | undefined, { text, isValue }: Word): boolean =>
  label !== undefined &&
  label.meaning !== 'never' &&
  (isValue ||
    (/\d/.test(text) && /^(?:serialNumber|model|down|up)$/.test(label.meaning.field)) ||
    (/^(?:\d{1,4}|\d+(?:\/\d+)+)$/.test(text) &&
      /^(?:port|frame|slot|pon|onu)$/.test(label.meaning.field)));

export type ProseReading = {
  isTaken: boolean;
  /** How many values have a name: a field's, or that of another device. */
  named: number;
};

/** The serial numbers of a sentence about a swap have one weight, and none is certain. */
const doubtSerials = (draft: Draft, line: Line): void => {
  const serials = draft.candidates.filter(
    ({ field, lines }) =>
      field === 'serialNumber' && lines.some(({ number }) => number === line.number),
  );
  const weight = Math.max(...serials.map((each) => each.weight));
  for (const serial of serials) Object.assign(serial, { weight, isDoubtful: true });
};

/**
 * Reads a line of prose. A field's name outweighs a form, but not in the same sentence: `SN X
 * (label says Y)`. `isNamed`: the words are the value of a name that is not known.
 */
export const readProse = (
  draft: Draft,
  line: Line,
  olt: OltFacts,
  isNamed = false,
): ProseReading => {
  const result = { isTaken: false, named: 0 };
  if (!/\d|[a-f]{8}/i.test(line.text)) return result;
  const words = wordsOf(line.text);
  const isSwap = SWAP.test(line.text);
  markLabels(words);
  // `replace X by Y`: what follows `by` is no relay.
  if (isSwap) for (const word of words) if (/^by$/i.test(word.text)) word.label = undefined;
  const weights = new Map<string, number>();
  const addWithName = (meaning: Meaning, name: string, at: number): boolean => {
    if (meaning === 'never') return false;
    const text = isDirection(meaning) ? withUnit(words, at) : (words[at]?.text ?? '');
    if (!addNamed(draft, meaning, name, text, line, olt)) return false;
    weights.set(meaning.field === 'address' ? 'ipAddress' : meaning.field, meaning.weight);
    result.isTaken = true;
    result.named += 1;
    return true;
  };
  let label: Label | undefined;
  for (const [at, word] of words.entries()) {
    if (word.label) {
      label = labelAt(words, at);
      continue;
    }
    if (!word.isValue && !fits(label, word)) {
      // Other words of a new clause end the reach of a name.
      if (label?.clause !== word.clause && !CONNECTOR.test(word.text)) label = undefined;
      continue;
    }
    if (label?.meaning === 'never' || isNamedBehind(words, at)) {
      result.named += 1;
      continue;
    }
    const isOfDirection = !label || hasField(label, 'bandwidth');
    const behind = isOfDirection ? takeDirectionBehind(words, at) : undefined;
    if (behind) addWithName(behind, 'rate', at);
    else if (label && fits(label, word) && addWithName(label.meaning, label.name, at)) {
      if (!word.isValue || isDirection(label.meaning)) label = undefined;
    } else if (hasField(label, 'ipv6Prefix')) result.named += 1;
    else if (addByForm(draft, word.text, line, olt, { isNamed, weights })) result.isTaken = true;
  }
  if (isSwap) doubtSerials(draft, line);
  return result;
};
