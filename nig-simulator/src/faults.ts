import { aNumber, anObject, aWholeNumber, Unacceptable } from './parse.ts';

/** What can go wrong with an answer on its way, of a PUT (which was applied) or of a look-up. */
export const answerFaults = ['html-404', 'trickle', 'redirect', 'other-update', 'broken-connection'] as const;
export type AnswerFault = (typeof answerFaults)[number];

export const isAnswerFault = (mode: unknown): mode is AnswerFault =>
  answerFaults.some((fault) => fault === mode);

/** What can go wrong with one `PUT /cpe-updates/{updateId}`; the README says what each does. */
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
  /** Milliseconds between deciding on a PUT and answering it. */
  readonly latencyMs: number;
  /** Makes the same PUTs be hit each time; null: by chance. */
  readonly seed: number | null;
  /** False: the two GETs answer 501, as a NIG that cannot be asked. A fault: of their answers. */
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
  if (mode === undefined) throw new Unacceptable(`mode must be one of ${faultModes.join(', ')}`);
  return mode;
};

const parseLookup = (value: unknown): boolean | AnswerFault => {
  if (typeof value === 'boolean' || isAnswerFault(value)) return value;
  throw new Unacceptable(`lookup must be true, false or one of ${answerFaults.join(', ')}`);
};

/** Absent members take their defaults. Unknown ones are refused: a misspelt fault tests nothing. */
export const parseFaults = (value: unknown): FaultSettings => {
  const { mode, rate, latencyMs, seed, lookup, lookupRate, ...unknown } = anObject(value, 'the body');
  const [stray] = Object.keys(unknown);
  if (stray !== undefined)
    throw new Unacceptable(`${stray} is not one of ${Object.keys(noFaults).join(', ')}`);
  return {
    mode: mode === undefined ? noFaults.mode : parseMode(mode),
    rate: rate === undefined ? noFaults.rate : aNumber(rate, 'rate', 0, 1),
    latencyMs:
      latencyMs === undefined
        ? noFaults.latencyMs
        : aWholeNumber(latencyMs, 'latencyMs', 0, LONGEST_LATENCY_MS),
    seed: seed === undefined || seed === null ? null : aWholeNumber(seed, 'seed', 0, 0xffffffff),
    lookup: lookup === undefined ? noFaults.lookup : parseLookup(lookup),
    lookupRate: lookupRate === undefined ? noFaults.lookupRate : aNumber(lookupRate, 'lookupRate', 0, 1),
  };
};

/** mulberry32: a small seeded generator of numbers from 0 up to 1; Math.random cannot be seeded. */
const seededRandom = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** The faults that are switched on. They last until they are switched off or the process ends. */
export const createFaults = () => {
  let settings = noFaults;
  let random: () => number = Math.random;
  let lookupRandom: () => number = Math.random;
  return {
    current: (): FaultSettings => settings,
    /** Starts the seeded sequences again. Look-ups have their own: they change no PUT's fault. */
    set: (next: FaultSettings): void => {
      settings = next;
      random = next.seed === null ? Math.random : seededRandom(next.seed);
      lookupRandom = next.seed === null ? Math.random : seededRandom(~next.seed);
    },
    /** The mode that hits the next PUT: one roll of the dice. */
    next: (): FaultMode => (random() < settings.rate ? settings.mode : 'none'),
    /** What hits the next look-up; false: this NIG cannot be asked. */
    nextLookup: (): 'none' | false | AnswerFault => {
      if (settings.lookup === true || lookupRandom() >= settings.lookupRate) return 'none';
      return settings.lookup;
    },
  };
};
export type Faults = ReturnType<typeof createFaults>;
