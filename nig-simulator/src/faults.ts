import { z } from 'zod';
import { numberWithin, parse, wholeNumberWithin } from './parse.ts';

/** Faults of an answer to a PUT (whose update is applied) or to a look-up. */
export const answerFaults = [
  'html-404',
  'trickle',
  'redirect',
  'other-update',
  'broken-connection',
] as const;
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

/** Unknown members are refused: a misspelt fault tests nothing. */
const faultsSchema = z.strictObject(
  {
    mode: z.enum(faultModes, `one of ${faultModes.join(', ')}`).default('none'),
    /** Probability that the mode hits one PUT. */
    rate: numberWithin(0, 1).default(1),
    /** Milliseconds between the decision on a PUT and its answer. */
    latencyMs: wholeNumberWithin(0, 600_000).default(0),
    /** With a seed the same PUTs get the fault each time; null: at random. */
    seed: wholeNumberWithin(0, 0xffffffff).nullable().default(null),
    /** False: both GETs answer 501, as a NIG without look-ups. A fault: their answers have it. */
    lookup: z
      .union(
        [z.boolean(), z.enum(answerFaults)],
        `true, false or one of ${answerFaults.join(', ')}`,
      )
      .default(true),
    /**
     * Of services and resources (TM Forum): a PATCH is answered 202 and applied this much later;
     * null: at once. Ignored by the other protocols.
     */
    asynchronousMs: wholeNumberWithin(0, 600_000).nullable().default(null),
    /** Probability that a fault of `lookup` hits one GET. */
    lookupRate: numberWithin(0, 1).default(1),
  },
  {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `without ${issue.keys}` : 'an object'),
  },
);
export type FaultSettings = z.infer<typeof faultsSchema>;

/** Absent members take their defaults. */
export const parseFaults = (value: unknown): FaultSettings => parse(faultsSchema, value);

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
  let settings = parseFaults({});
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
