/**
 * Reads values out of a sentence: `Buenas, IP 10.20.0.57, la puerta de enlace es 10.20.0.1`. Each
 * value belongs to the name before it; `10.20.0.1 is the gateway` names it behind.
 */
import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addBandwidth, addNamed } from './add-named.ts';
import { addAddress, addCandidate, type Draft } from './candidate.ts';
import type { Line } from './decode.ts';
import { type Meaning, meaningOf, type Named } from './names.ts';
import { addPort, mayBePort } from './port-candidate.ts';
import { readRates } from './rates.ts';
import type { ReadField } from './reading.ts';
import { isAboutSwap, markSide, sidesIn } from './swap.ts';
import { readAddress, readSerial } from './values.ts';
import {
  CONNECTOR,
  hasPortForm,
  isOneRate,
  macIn,
  markLabels,
  RATE_PAIR,
  textOf,
  type Word,
  wordsOf,
} from './words.ts';

const UNIT = /^[kmg](?:i?b)?(?:it)?(?:ps|\/s(?:ec)?)?$/i;

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
  if (hasPortForm(text) && mayBePort(text, olt))
    return addPort(draft, text, line, olt, options('port'));
  if (!RATE_PAIR.test(text) || NOT_RATES.test(by.before)) return false;
  const first = draft.candidates.length;
  const isTaken = addRates(draft, text, line, options('bandwidth'));
  if (mayBeOther(text))
    for (const candidate of draft.candidates.slice(first)) candidate.isDoubtful = true;
  return isTaken;
};

/** Two numbers behind these words are of a network or an address: `VLAN 100/200`, `Lot 34/12`. */
const NOT_RATES =
  /^(?:[cs]-?vlan|vlan|vpi|vci|pvc|prio(?:rity)?|split(?:ter)?|ratio|score|temp|lot|unit|no|nr|apt|flat|house|page|part|step|ref|invoice|batch)$/i;
/** Without a unit, a day and a month, or other numbers than those of plans, may be anything. */
const mayBeOther = (text: string): boolean => {
  const [first, second] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (first === undefined || second === undefined) return false;
  const isDate = Math.min(first, second) <= 12 && Math.max(first, second) <= 31;
  return isDate || first % 5 !== 0 || second % 5 !== 0;
};

/** Words that say nothing else of an address beside them than that it is the CPE's. */
const OF_THE_CPE =
  /^(?:cpes?|ont|onu|modem|router|device|customer|client|subscriber|user|line|of|on|at|in|and|with|has|have|got|gets|now|new|old|to|up|down|online|offline|active|connected|working)$/i;

/** `10.20.0.57,3c:15:fb:00:12:34,,3600,1,host`: cells without a space, as a lease file has them. */
const BARE_ROW = /^(?:[^\s,]*,){3,}[^\s,]*$/;

const isPlainWord = (text: string): boolean =>
  CONNECTOR.test(text) || OF_THE_CPE.test(text) || meaningOf(text) !== undefined;

/**
 * Whether the sentence has words that may give an address another meaning: `Hardware 2.1.1.0`,
 * `ping 10.20.0.1 ok`. In a row only the words of its cell count.
 */
const hasOtherWords = (words: readonly Word[], at: number, isRow: boolean): boolean => {
  let named = 0;
  return words.some(({ text, isValue, label, clause }, index) => {
    if (label) named = index + label.length;
    if (isValue || index < named || (isRow && clause !== words[at]?.clause)) return false;
    return /\p{L}/u.test(text) && !isPlainWord(text);
  });
};

const isOfAddress = (field: ReadField): boolean =>
  field === 'ipAddress' || field === 'ipv6Address' || field === 'macAddress';

type ByForm = {
  isNamed: boolean;
  weights: ReadonlyMap<string, number>;
  /** The word in front. */
  before: string;
};

/** Two numbers that differ more are no rates of one line: `1000/6` is a VLAN with its priority. */
const MOST_UNEVEN = 100;

const addRates = (
  draft: Draft,
  text: string,
  line: Line,
  options: { weight: number; meaning: string },
): boolean => {
  const rates = readRates(text);
  if (!rates) return false;
  if ('either' in rates) return addBandwidth(draft, '', text, line, options.weight);
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
 * (label says Y)`. `isNamed`: the words are the value of a name that is not known. `isRow`: the
 * line is a row of a table.
 */
export const readProse = (
  draft: Draft,
  line: Line,
  olt: OltFacts,
  { isNamed = false, isRow = false } = {},
): ProseReading => {
  const result = { isTaken: false, named: 0 };
  if (!/\d|[a-f]{8}/i.test(line.text)) return result;
  const words = wordsOf(line.text);
  const isSwap = isAboutSwap(line.text);
  markLabels(words);
  // `replace X by Y`: what follows `by` is no relay.
  if (isSwap) for (const word of words) if (/^by$/i.test(word.text)) word.label = undefined;
  const sides = sidesIn(words, isSwap);
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
    const first = draft.candidates.length;
    const before = words[at - 1]?.text ?? '';
    const isOfDirection = !label || hasField(label, 'bandwidth');
    const behind = isOfDirection ? takeDirectionBehind(words, at) : undefined;
    if (behind) addWithName(behind, 'rate', at);
    else if (label && fits(label, word) && addWithName(label.meaning, label.name, at)) {
      if (!word.isValue || isDirection(label.meaning)) label = undefined;
    } else if (hasField(label, 'ipv6Prefix')) result.named += 1;
    else if (addByForm(draft, word.text, line, olt, { isNamed, weights, before })) {
      result.isTaken = true;
      if (hasOtherWords(words, at, isRow || BARE_ROW.test(line.text)))
        for (const candidate of draft.candidates.slice(first))
          if (isOfAddress(candidate.field)) candidate.isDoubtful = true;
    }
    const sided = sides.get(at);
    if (sided) markSide(draft, first, sided);
  }
  if (isSwap) doubtSerials(draft, line);
  return result;
};
