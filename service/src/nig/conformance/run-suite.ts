import { randomUUID } from 'node:crypto';
import type { Nig } from '../nig.ts';
import {
  acceptedOnce,
  lookUpIsTrue,
  otherBodyIgnored,
  unknownIdIsSaid,
} from './promises-of-ids.ts';
import {
  cpeIsAsSent,
  lastAcceptedIsHeld,
  limitsSurvive,
  refusalChangesNothing,
  strangersChangeNothing,
} from './promises-of-values.ts';
import { broken, cannot, holds, type Suite, sendAndSettle, type Verdict } from './suite.ts';

export type PromiseVerdict = Verdict & { promise: number; title: string };

const CALLS = 20;

const percentile = (sorted: readonly number[], part: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);

/** 10. Latency, and whether the timeout fits. */
const timeoutFits = async ({ nig, lineId, timeoutMs, durations }: Suite): Promise<Verdict> => {
  for (let n = 0; n < CALLS; n++)
    await (nig.capabilities.cpeOf
      ? nig.cpeOf(lineId)
      : nig.lookUp({ updateId: randomUUID(), serviceLineId: lineId, handle: null }));
  if (durations.length === 0) return cannot('no call could be measured');
  const sorted = durations.toSorted((a, b) => a - b);
  const [p50, p99] = [percentile(sorted, 0.5), percentile(sorted, 0.99)];
  const measured = `p50 ${p50} ms, p99 ${p99} ms of ${sorted.length} calls`;
  // Twice the slowest usual answer leaves room for a bad day.
  if (2 * p99 <= timeoutMs) return holds(`${measured}; NIG_TIMEOUT_MS ${timeoutMs} fits`);
  return broken(`${measured}; NIG_TIMEOUT_MS should be ${2 * p99} or more`);
};

type Judge = (suite: Suite) => Promise<Verdict>;

const promises: readonly [title: string, needsWrite: boolean, judge: Judge][] = [
  ['accepted once, however often the same id is sent', true, acceptedOnce],
  ['the same id with another body is not applied', true, otherBodyIgnored],
  ['a refusal changes nothing', true, refusalChangesNothing],
  ['a look-up after a broken connection tells the truth', true, lookUpIsTrue],
  ['an unknown id gives never-got-it', false, unknownIdIsSaid],
  ['the CPE is as sent, null values included', false, cpeIsAsSent],
  ['of two updates at once the last accepted is held', true, lastAcceptedIsHeld],
  ['values at their limits survive', true, limitsSurvive],
  ['wrong credentials change nothing', true, strangersChangeNothing],
  ['the timeout fits the latency', false, timeoutFits],
];

/** Whether NIG answers anything that it says it can. */
export const isReachable = async ({ nig, lineId }: Suite): Promise<boolean> => {
  const { lookUp, cpeOf } = nig.capabilities;
  if (cpeOf && (await nig.cpeOf(lineId)) !== undefined) return true;
  const look = { updateId: randomUUID(), serviceLineId: lineId, handle: null };
  if (lookUp && (await nig.lookUp(look)).outcome !== 'unknown') return true;
  return !cpeOf && !lookUp;
};

/** NIG with the duration of each call. */
export const withDurations = (nig: Nig, durations: number[]): Nig => {
  const timed =
    <Arguments extends unknown[], Answer>(call: (...given: Arguments) => Promise<Answer>) =>
    async (...given: Arguments): Promise<Answer> => {
      const began = performance.now();
      const answer = await call(...given);
      durations.push(performance.now() - began);
      return answer;
    };
  return { ...nig, send: timed(nig.send), lookUp: timed(nig.lookUp), cpeOf: timed(nig.cpeOf) };
};

/**
 * Judges each promise and gives the line its CPE back. `excused`: promises that a profile says NIG
 * cannot keep.
 */
export const runSuite = async (
  suite: Suite,
  excused: ReadonlyMap<number, string>,
  report: (verdict: PromiseVerdict) => void,
): Promise<PromiseVerdict[]> => {
  const original = await suite.nig.cpeOf(suite.lineId);
  const verdicts: PromiseVerdict[] = [];
  for (const [index, [title, needsWrite, judge]] of promises.entries()) {
    const promise = index + 1;
    const excuse = excused.get(promise);
    const judged =
      needsWrite && !suite.canWrite
        ? cannot('needs --write')
        : excuse === undefined
          ? await judge(suite)
          : cannot(excuse);
    const verdict = { promise, title, ...judged };
    verdicts.push(verdict);
    report(verdict);
  }
  if (suite.canWrite && original) await sendAndSettle(suite, original);
  return verdicts;
};
