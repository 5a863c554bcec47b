import { escapeText } from '@cpe-desk/contract';
import type { RawAnswer } from './call-nig.ts';
import type { CallOptions, LookUpAnswer, Observed, SendAnswer } from './nig.ts';

const LONGEST_UNMATCHED = 500;

/** The first characters of an answer that no rule understood, for people. */
export const firstCharacters = (body: Uint8Array): string =>
  escapeText(
    // A character has at most four bytes.
    Buffer.from(body.subarray(0, 4 * LONGEST_UNMATCHED)).toString('utf8'),
    LONGEST_UNMATCHED,
  );

/** An answer and the rule that matched it. */
export const observedAs = (
  { status, body }: Pick<RawAnswer, 'status' | 'body'>,
  rule: string | null,
): Observed => ({ status, rule, unmatched: rule === null ? firstCharacters(body) : null });

/**
 * Reports how an answer was read, and returns it. The rule of an answer that settles is its outcome
 * unless the adapter names its own.
 */
export const observe = <Answer extends SendAnswer | LookUpAnswer>(
  { observe: report }: CallOptions,
  { status, body }: Pick<RawAnswer, 'status' | 'body'>,
  answer: Answer,
  rule: string | null = answer.outcome === 'unknown' ? null : answer.outcome,
): Answer => {
  report?.(observedAs({ status, body }, rule));
  return answer;
};
