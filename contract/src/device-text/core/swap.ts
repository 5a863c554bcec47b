/**
 * Texts about a swap: which value is of the device that was at the line, and which of the one that
 * is there now.
 */
import type { Draft } from './candidate.ts';
import { readMac, readSerial } from './values.ts';
import { CONNECTOR, type Word } from './words.ts';

export type Side = 'old' | 'new';

/** A sentence about a swap: which of its devices stays is for a person to say. */
const SWAP =
  /\b(?:re-?plac|swap|exchang|remov|defect|faulty|ersetz|(?:ge|aus|umge|ausge)?tausch|ganti|tukar|remplac|reemplaz|cambi[oóa]|substitu)/iu;
const OLD =
  /^(?:old|previous|prev|former|ex|faulty|defect(?:ive|o)?|dead|broken|removed?|removing|replaced?|replacing|replaces|retired|returned|lama|rosak|rusak|menggantikan|alt(?:e[rsnm]?)?|defekte?[rsnm]?|ausgebaut|ancien(?:ne)?|vieux|vieille|viej[oa]|antigu[oa]|antig[oa]|anterior|averiad[oa]|retirad[oa]|star[yae]|vecchi[oa])$/iu;
const NEW =
  /^(?:new|replacement|install(?:ed)?|fitted|baru|pengganti|neu(?:e[rsnm]?)?|ersatz(?:ger[äa]t)?|eingebaut|nouveau|nouvel(?:le)?|nuev[oa]|nov[oa]|nowy|nuov[oa]|instalad[oa]|reemplazo)$/iu;
/** In front of the new device of a swap: `replace X by Y`. */
const BY = /^(?:by|with|durch|gegen|mit|dengan|kepada|por|par)$/iu;
const FROM = /^(?:from|von|dari(?:pada)?|desde|de)$/iu;
const TO = /^(?:to|auf|nach|ke|kepada|a|à)$/iu;
const ARROW = /^→$/u;
/** `replacement for X`: X is the old one. */
const FOR = /^(?:for|of|für|untuk|bagi)$/iu;

export const isAboutSwap = (text: string): boolean => SWAP.test(text);

export const sideOfWord = (word: string): Side | undefined =>
  OLD.test(word) ? 'old' : NEW.test(word) ? 'new' : undefined;

const sideAt = (words: readonly Word[], at: number): Side | undefined => {
  const side = words[at]?.isValue ? undefined : sideOfWord(words[at]?.text ?? '');
  return side === 'new' && FOR.test(words[at + 1]?.text ?? '') ? 'old' : side;
};

/** The side that stands behind a value: `X (old)`, `X is the new one`, `SN X lama`. */
const sideBehind = (words: readonly Word[], at: number): Side | undefined => {
  let next = at + 1;
  while (next < at + 4 && CONNECTOR.test(words[next]?.text ?? '')) next += 1;
  // `Y replaces X`: the word belongs to X.
  return words[next + 1]?.isValue ? undefined : sideAt(words, next);
};

/** `X → Y`, `from X to Y`: X was, Y is. */
const sidesOfChange = (words: readonly Word[], values: readonly number[]): Map<number, Side> => {
  const sides = new Map<number, Side>();
  for (const [index, at] of values.entries()) {
    const next = values[index + 1];
    if (next === undefined) continue;
    const between = words.slice(at + 1, next).map(({ text }) => text);
    const isFrom = words.slice(Math.max(0, at - 3), at).some(({ text }) => FROM.test(text));
    if (!between.some((text) => ARROW.test(text) || (isFrom && TO.test(text)))) continue;
    if (!sides.has(at)) sides.set(at, 'old');
    sides.set(next, 'new');
  }
  return sides;
};

/** Two values of one kind are of two devices: a word in front of the first says nothing of both. */
const isSameKind = (one: string, other: string): boolean =>
  (readSerial(one) !== undefined && readSerial(other) !== undefined) ||
  (readMac(one) !== undefined && readMac(other) !== undefined);

/** The nearest side in front of a value, and whether no other words are between. */
const sideBefore = (
  words: readonly Word[],
  at: number,
): { side: Side; isNear: boolean } | undefined => {
  let between = 0;
  for (let place = at - 1; place >= 0; place -= 1) {
    const side = sideAt(words, place);
    if (side) return { side, isNear: between === 0 };
    const word = words[place];
    const isOfName = words
      .slice(Math.max(0, place - 3), place + 1)
      .some(({ label }, index, all) => (label?.length ?? 0) >= all.length - index);
    if (word && isSameKind(word.text, words[at]?.text ?? '')) return undefined;
    if (!word || isValueLike(word) || (!isOfName && !CONNECTOR.test(word.text))) between += 1;
  }
  return undefined;
};

/** The side of a value. */
export type Sided = {
  side: Side;
  /** Whether the word belongs to this value itself, and not to a device before it. */
  isOwn: boolean;
};

/** A serial number of a maker and a model have no form of their own. */
const isValueLike = ({ isValue, text }: Word): boolean => isValue || /\d.*\d.*\d/.test(text);

/** The sides of the values in a sentence, by the places of their words. */
export const sidesIn = (words: readonly Word[], isSwap: boolean): Map<number, Sided> => {
  const values = words.flatMap((word, at) => (isValueLike(word) ? [at] : []));
  const first = words.findIndex((_, at) => sideAt(words, at) !== undefined);
  const isBehind = values.length > 0 && first > (values[0] ?? 0);
  const by = isSwap ? words.findIndex(({ text }) => BY.test(text)) : -1;
  const changed = sidesOfChange(words, values);
  const sides = new Map<number, Sided>();
  for (const at of values) {
    const before = sideBefore(words, at);
    const own = changed.get(at) ?? (isBehind ? sideBehind(words, at) : undefined);
    const ofSwap = by > 0 && at > by ? 'new' : undefined;
    const side = own ?? ofSwap ?? before?.side ?? (by > at ? 'old' : undefined);
    if (side) sides.set(at, { side, isOwn: own !== undefined || before?.isNear === true });
  }
  return sides;
};

const MEANING: Readonly<Record<Side, string>> = { old: 'the old one', new: 'the new one' };

/**
 * Says of the candidates from `first` on which side they are. An old one is never certain. Of a
 * device's other values, which may stay, only the one that is called old is.
 */
export const markSide = (draft: Draft, first: number, { side, isOwn }: Sided): void => {
  for (const candidate of draft.candidates.slice(first)) {
    if (candidate.isOld || (!isOwn && !/^(?:serialNumber|macAddress)$/.test(candidate.field)))
      continue;
    candidate.meaning = `${MEANING[side]} (${candidate.meaning})`;
    if (side === 'old') candidate.isOld = true;
  }
};
