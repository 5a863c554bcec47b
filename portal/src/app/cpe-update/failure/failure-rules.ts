import { type ProblemCode, problemCodes } from '@cpe-desk/contract';
import type { OwnCode } from '../../words/english/failures.ts';

const ownCodes: Readonly<Record<OwnCode, true>> = {
  'no-connection': true,
  'no-answer': true,
  'unexpected-answer': true,
  'never-got-it': true,
};

const known: ReadonlySet<string> = new Set([...problemCodes, ...Object.keys(ownCodes)]);

const isKnown = (code: string): code is ProblemCode | OwnCode => known.has(code);

/** A page that is older than the service does not understand its new codes. */
export const knownOf = (code: string): ProblemCode | OwnCode =>
  isKnown(code) ? code : 'unexpected-answer';

/** Failures that do not tell whether the update arrived. */
const silent: ReadonlySet<string> = new Set([
  'no-connection',
  'no-answer',
  'unexpected-answer',
  'internal-error',
]);

/** Whether an update that was sent may be recorded despite this failure. */
export const mayArrive = (code: string): boolean => silent.has(knownOf(code));

/** Answers given before the service looks up the key: they say nothing about an earlier try. */
const blind: ReadonlySet<string> = new Set([
  'unauthenticated',
  'forbidden',
  'too-many-requests',
  'unavailable',
  'malformed-request',
  'unsupported-media-type',
  'body-too-large',
]);

export const isBlind = (code: string): boolean => blind.has(code);

/** Failures after which the same key may be sent again: the first try may arrive, or never will. */
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

/** Whether the key is used up: it would get this answer again, so a further try needs a new key. */
export const needsNewKey = (code: string): boolean => used.has(code);
