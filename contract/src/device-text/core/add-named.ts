/** Candidates from values that have a name. */
import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addAddress, addCandidate, addNote, type Draft, noAddress } from './candidate.ts';
import type { Line } from './decode.ts';
import { isTornSerial, makerOf, splitMaker } from './makers.ts';
import { type Named, plainName } from './names.ts';
import { addLevel, addPort, finishLevels } from './port-candidate.ts';
import { type ReadRates, readRate, readRates } from './rates.ts';
import type { ReadField } from './reading.ts';
import {
  isDamagedNumber,
  isNothing,
  readAddress,
  readMac,
  readMakerSerial,
  readSerial,
  unquoted,
} from './values.ts';

/**
 * The values of a text that may have remarks around it: `485754431A2B3C4D (HWTC-1A2B3C4D)`. Two
 * values that differ are both there.
 */
const valuesIn = (text: string, read: (word: string) => string | undefined): string[] => {
  const whole = read(text);
  if (whole !== undefined) return [whole];
  const values = text.split(/[\s(),;]+/).map((word) => (word === '' ? undefined : read(word)));
  return [...new Set(values.filter((value) => value !== undefined))];
};

const noteDamaged = (draft: Draft, field: ReadField, text: string): true =>
  addNote(draft, {
    code: 'damaged-by-spreadsheet',
    field,
    detail: `A spreadsheet turned this into a number: ${text}. Copy it from the device or its label`,
  });

const unitOf = (name: string): 'k' | 'm' | null =>
  /kb/i.test(name) ? 'k' : /mb/i.test(name) ? 'm' : null;

const addRate = (
  draft: Draft,
  way: 'down' | 'up',
  name: string,
  text: string,
  line: Line,
): boolean => {
  const rate = readRate(text, unitOf(name));
  if (!rate) return false;
  for (const kbps of 'either' in rate ? rate.either : [rate.kbps])
    if (!draft.rates[way].some((known) => known.kbps === kbps))
      draft.rates[way].push({ kbps, line });
  if ('either' in rate)
    addNote(draft, {
      code: 'ambiguous-rate',
      field: 'bandwidth',
      detail: `${text.trim()} may be ${rate.either.join(' or ')} kbit/s`,
    });
  return true;
};

/**
 * Rates with their direction, `100/50`. One rate alone names none, and is left out; but where its
 * digits may mean two rates, that is asked, not passed over.
 */
const readBandwidth = (name: string, text: string): ReadRates | undefined => {
  const rates = readRates(text);
  if (rates) return rates;
  const one = readRate(text, unitOf(name));
  return one && 'either' in one
    ? { either: one.either.map((kbps) => ({ downKbps: kbps, upKbps: kbps })) }
    : undefined;
};

/** Adds both directions of a text; several where it may be read in several ways. */
export const addBandwidth = (
  draft: Draft,
  name: string,
  text: string,
  line: Line,
  weight: number,
): boolean => {
  const rates = readBandwidth(name, text);
  if (!rates) return false;
  // `UL/DL` names the direction that comes first.
  const isUpFirst = /^u\w*d/.test(plainName(name));
  const all = ('either' in rates ? rates.either : [rates.bandwidth]).map(({ downKbps, upKbps }) =>
    isUpFirst ? { downKbps: upKbps, upKbps: downKbps } : { downKbps, upKbps },
  );
  for (const value of all)
    addCandidate(draft, 'bandwidth', value, line, {
      weight,
      meaning:
        value.downKbps === value.upKbps
          ? `${value.downKbps / 1000} Mbit/s in both directions`
          : `${value.downKbps}/${value.upKbps} kbit/s`,
    });
  if (all.length > 1)
    addNote(draft, {
      code: 'ambiguous-rate',
      field: 'bandwidth',
      detail: `${text.trim()} has a dot or a comma that may part decimals or thousands`,
    });
  return true;
};

/** A model or a manufacturer: short text with a letter that is no sentence. */
const readName = (text: string): string | undefined =>
  /\p{L}/u.test(text) && text.length <= 64 && text.split(/\s+/).length <= 6 ? text : undefined;

/** Names of product series in front of a model. */
const SERIES = /^(?:EchoLife|OptiXstar|ZXHN)\s+/i;

/** Nokia pads its equipment ids with `_`, and prints part numbers such as `3FE56756AOCK` there. */
const readModel = (text: string): string | undefined =>
  /^3(?:FE|TN)\d/.test(text) ? undefined : readName(text.replace(SERIES, '').replace(/_+$/, ''));

/** Adds a model, and its maker if that is in front. False where it is none. */
export const addModel = (
  draft: Draft,
  text: string | undefined,
  line: Line,
  options: { weight?: number; meaning?: string } = {},
): boolean => {
  if (text === undefined || isNothing(text)) return false;
  const split = splitMaker(text);
  addCandidate(draft, 'manufacturer', split?.maker, line, { ...options, weight: 1 });
  return addCandidate(draft, 'model', readModel(split?.model ?? text), line, options);
};

type Options = { weight: number; meaning: string };

const addSerial = (draft: Draft, text: string, line: Line, options: Options): boolean => {
  if (isDamagedNumber(text)) return noteDamaged(draft, 'serialNumber', text);
  const serials = valuesIn(text, readSerial);
  for (const serial of serials) addCandidate(draft, 'serialNumber', serial, line, options);
  if (serials.length > 0) return true;
  if (isTornSerial(text)) return false;
  const weight = options.weight - 2;
  return addCandidate(draft, 'serialNumber', readMakerSerial(text), line, { ...options, weight });
};

const addMac = (draft: Draft, text: string, line: Line, options: Options): boolean => {
  if (isDamagedNumber(text)) return noteDamaged(draft, 'macAddress', text);
  const macs = valuesIn(text, readMac);
  for (const mac of macs) addCandidate(draft, 'macAddress', mac, line, options);
  // Some element managers have one column for both kinds of identity.
  const serials = macs.length > 0 ? [] : valuesIn(text, readSerial);
  for (const serial of serials) addCandidate(draft, 'serialNumber', serial, line, options);
  return macs.length > 0 || serials.length > 0;
};

const addPrefix = (draft: Draft, text: string, line: Line, options: Options): boolean => {
  const prefixes = valuesIn(text, (word) => {
    const address = readAddress(word);
    return address?.kind === 'prefix' ? address.value : undefined;
  });
  for (const prefix of prefixes) addCandidate(draft, 'ipv6Prefix', prefix, line, options);
  return prefixes.length > 0;
};

const addPorts = (
  draft: Draft,
  text: string,
  line: Line,
  olt: OltFacts,
  options: Options,
): boolean => {
  const isWhole = addPort(draft, text, line, olt, options);
  if (isWhole) return true;
  const words = text.split(/[\s(),;]+/);
  return words.filter((word) => addPort(draft, word, line, olt, options)).length > 0;
};

/** Adds a value that the text names. False where it does not fit the field. */
export const addNamed = (
  draft: Draft,
  { field, weight }: Named,
  name: string,
  raw: string,
  line: Line,
  olt: OltFacts,
): boolean => {
  const text = unquoted(raw);
  if (isNothing(text)) return field === 'address' ? addNote(draft, noAddress) : true;
  const options = { weight, meaning: name.trim() };
  switch (field) {
    case 'address':
    case 'ipAddress':
    case 'ipv6Address':
      return addAddress(draft, text, line, options);
    case 'down':
    case 'up':
      return addRate(draft, field, name, text, line);
    case 'bandwidth':
      return addBandwidth(draft, name, text, line, weight);
    case 'port':
      return addPorts(draft, text, line, olt, options) || addLevel(draft, 'pon', text, line);
    case 'frame':
    case 'slot':
      return addLevel(draft, field, text, line);
    case 'pon':
      return addLevel(draft, field, text, line) || addPort(draft, text, line, olt, options);
    case 'onu':
      return (
        addLevel(draft, field, text, line) ||
        addPort(draft, text, line, olt, options) ||
        addCandidate(draft, 'serialNumber', readSerial(text), line, options)
      );
    case 'serialNumber':
      return addSerial(draft, text, line, options);
    case 'macAddress':
      return addMac(draft, text, line, options);
    case 'manufacturer':
      return addCandidate(draft, field, makerOf(text) ?? readName(text), line, options);
    case 'model':
      return addModel(draft, text, line, options);
    case 'ipv6Prefix':
      return addPrefix(draft, text, line, options);
  }
};

/** More pairs of rates are no choice for a person. */
const MOST_RATES = 20;

/** Closes the draft: both directions form the bandwidth, and the levels form the port. */
export const finish = (draft: Draft, olt: OltFacts): Draft => {
  const { down, up } = draft.rates;
  if (down.length * up.length > MOST_RATES) return draft;
  for (const { kbps: downKbps, line } of down)
    for (const { kbps: upKbps, line: upLine } of up)
      addCandidate(draft, 'bandwidth', { downKbps, upKbps }, [...new Set([line, upLine])], {
        meaning: `${downKbps}/${upKbps} kbit/s`,
      });
  finishLevels(draft, olt);
  return draft;
};
