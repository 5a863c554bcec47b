import { type ProblemCode, unavailableCauses } from '@cpe-desk/contract';
import * as z from 'zod';
import type { FailureWords, OwnCode } from '../words/english/failures.ts';
import { words } from '../words/words.ts';

const isKnown = (code: string): code is ProblemCode | OwnCode =>
  Object.hasOwn(words().failures.byCode, code);

/** A code that this page is too old to know is an answer that it does not understand. */
const knownOf = (code: string): ProblemCode | OwnCode =>
  isKnown(code) ? code : 'unexpected-answer';

/** Failures that do not tell whether the update arrived. */
const silent: ReadonlySet<string> = new Set([
  'no-connection',
  'no-answer',
  'unexpected-answer',
  'internal-error',
]);

/** Whether an update that was sent may have been recorded, although this came back. */
export const mayArrive = (code: string): boolean => silent.has(knownOf(code));

/** Answers given before the service looks up the key: they know nothing of an earlier try. */
const blind: ReadonlySet<string> = new Set([
  'unauthenticated',
  'forbidden',
  'too-many-requests',
  'unavailable',
  'malformed-request',
  'unsupported-media-type',
  'body-too-large',
]);

const causeSchema = z.object({ cause: z.enum(unavailableCauses) });

/**
 * The words for a problem. `mayHaveArrived`: a try of this update was sent, and nothing tells
 * whether it arrived.
 */
export const wordsOfFailure = (
  problem: { code: string },
  mayHaveArrived: boolean,
): FailureWords => {
  const known = knownOf(problem.code);
  const { byCode, byCause, perhapsArrived, nothingSent } = words().failures;
  const cause = causeSchema.safeParse(problem).data?.cause;
  const said = (cause && byCause[cause]) ?? byCode[known];
  if (mayHaveArrived && blind.has(known)) return { ...said, unchanged: perhapsArrived };
  if (!mayHaveArrived && silent.has(known)) return { ...said, unchanged: nothingSent };
  return said;
};

/**
 * What the same key may be sent with again: failures after which the first try may have arrived, or
 * will not have.
 */
const retryable: ReadonlySet<string> = new Set([
  'nig-unavailable',
  'unavailable',
  'too-many-requests',
  'internal-error',
  'no-connection',
  'no-answer',
  'unauthenticated',
  'nig-rejected',
  'never-got-it',
]);

export const canTryAgain = (code: string): boolean => retryable.has(code);

/** Answers after which the outcome of a try that may have arrived is still unknown. */
export const leavesOpen = (code: string): boolean =>
  mayArrive(code) || code === 'unavailable' || code === 'too-many-requests';

const used: ReadonlySet<string> = new Set([
  'nig-rejected',
  'never-got-it',
  'idempotency-key-reused',
]);

/**
 * Whether the key is used up, so that it would bring this answer again and ask nobody: a further
 * try is a new one.
 */
export const needsNewKey = (code: string): boolean => used.has(code);
