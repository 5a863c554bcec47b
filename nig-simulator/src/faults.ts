import { InvalidValue, parseNumber, parseObject, parseWholeNumber } from './parse.ts';

/** Faults of an answer to a PUT (whose update is applied) or to a look-up. */
export const answerFaults = ['html-404', 'trickle', 'redirect', 'other-update', 'broken-connection'] as const;
export type AnswerFault = (typeof answerFaults)[number];

export const isAnswerFault = (mode: unknown): mode is AnswerFault =>
  answerFaults.some((fault) => fault === mode);

/** Faults of one `PUT /cpe-updates/{updateId}`. The README describes each. */
export const faultModes = [
  'none',
  'reject',
  'error',
  'hang',
  'drop-before-apply',
  'drop-after-apply',
  'malformed',
  ...answerFaults,
] as const;
export type FaultMode = (typeof faultModes)[number];

export type FaultSettings = {
  readonly mode: FaultMode;
  /** Probability, 0 to 1, that the mode hits one PUT. */
  readonly rate: number;
  /** Milliseconds between the decision on a PUT and its answer. */
  readonly latencyMs: number;
  /** With a seed the same PUTs get the fault each time; null: at random. */
  readonly seed: number | null;
  /** False: both GETs answer 501, as a NIG without look-ups. A fault: their answers have it. */
  readonly lookup: boolean | AnswerFault;
  /** Probability, 0 to 1, that a fault of `lookup` hits one GET. */
  readonly lookupRate: number;
};

const LONGEST_LATENCY_MS = 600_000;
const noFaults: FaultSettings = {
  mode: 'none',
  rate: 1,
  latencyMs: 0,
  seed: null,
  lookup: true,
  lookupRate: 1,
};

const parseMode = (value: unknown): FaultMode => {
  const mode = faultModes.find((known) => known === value);
  if (mode === undefined) throw new InvalidValue(`mode must be one of ${faultModes.join(', ')}`);
  return mode;
};

const parseLookup = (value: unknown): boolean | AnswerFault => {
  if (typeof value === 'boolean' || isAnswerFault(value)) return value;
  throw new InvalidValue(`lookup must be true, false or one of ${answerFaults.join(', ')}`);
};

/**
 * Absent members take their defaults. Unknown members are refused: a misspelt fault tests nothing.
 */
export const parseFaults = (value: unknown): FaultSettings => {
  const { mode, rate, latencyMs, seed, lookup, lookupRate, ...unknown } = parseObject(value, 'the body');
  const [unknownName] = Object.keys(unknown);
  if (unknownName !== undefined)
    throw new InvalidValue(`${unknownName} is not one of ${Object.keys(noFaults).join(', ')}`);
  return {
    mode: mode === undefined ? noFaults.mode : parseMode(mode),
    rate: rate === undefined ? noFaults.rate : parseNumber(rate, 'rate', 0, 1),
    latencyMs:
      latencyMs === undefined
        ? noFaults.latencyMs
        : parseWholeNumber(latencyMs, 'latencyMs', 0, LONGEST_LATENCY_MS),
    seed: seed === undefined || seed === null ? null : parseWholeNumber(seed, 'seed', 0, 0xffffffff),
    lookup: lookup === undefined ? noFaults.lookup : parseLookup(lookup),
    lookupRate: lookupRate === undefined ? noFaults.lookupRate : parseNumber(lookupRate, 'lookupRate', 0, 1),
  };
};

/** mulberry32: a small seeded generator of numbers from 0 up to 1. Math.random cannot be seeded. */
const seededRandom = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** The active faults. They last until they are switched off or the process ends. */
export const createFaults = () => {
  let settings = noFaults;
  let random: () => number = Math.random;
  let lookupRandom: () => number = Math.random;
  return {
    current: (): FaultSettings => settings,
    /**
     * Restarts the seeded sequences. Look-ups have their own sequence, so they change no PUT's
     * fault.
     */
    set: (next: FaultSettings): void => {
      settings = next;
      random = next.seed === null ? Math.random : seededRandom(next.seed);
      lookupRandom = next.seed === null ? Math.random : seededRandom(~next.seed);
    },
    /** Draws the fault of the next PUT. */
    next: (): FaultMode => (random() < settings.rate ? settings.mode : 'none'),
    /** Draws the fault of the next look-up; false: this NIG has no look-ups. */
    nextLookup: (): 'none' | false | AnswerFault => {
      if (settings.lookup === true || lookupRandom() >= settings.lookupRate) return 'none';
      return settings.lookup;
    },
  };
};
export type Faults = ReturnType<typeof createFaults>;
