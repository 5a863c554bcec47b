import type { NigAttempt } from '@cpe-desk/contract';
import type { LookUpAnswer, Observed, SendAnswer } from './nig.ts';

const detailOf = (answer: SendAnswer | LookUpAnswer): string | null => {
  switch (answer.outcome) {
    case 'accepted':
      return answer.reference;
    case 'rejected':
      return `${answer.code}: ${answer.message}`;
    case 'never-got-it':
      return null;
    default:
      return answer.why;
  }
};

/** A call with the instance that made it. Answers to callers do not name instances. */
type RecordedAttempt = NigAttempt & { instance: string };

/** Makes a call to NIG and returns its answer with the attempt, which the update keeps. */
export const recordAttempt = async <Answer extends SendAnswer | LookUpAnswer>(
  instance: string,
  call: NigAttempt['call'],
  make: (observe: (observed: Observed) => void) => Promise<Answer>,
): Promise<{ answer: Answer; attempt: RecordedAttempt }> => {
  const at = new Date().toISOString();
  const started = performance.now();
  let observed: Observed = { status: null, rule: null, unmatched: null };
  const answer = await make((seen) => {
    observed = seen;
  });
  const ms = Math.round(performance.now() - started);
  const { outcome } = answer;
  const attempt = { call, at, ms, outcome, detail: detailOf(answer), ...observed, instance };
  return { answer, attempt };
};
