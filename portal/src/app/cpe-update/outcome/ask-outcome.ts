import type { CpeUpdateAnswer } from '@cpe-desk/contract';
import type { Answer } from '../../shell/request.ts';
import { leavesOpen } from '../failure/failure-rules.ts';

const ASK_MS = 2000;
/** After so many questions without an outcome the operator decides whether to ask on. */
const MOST_ASKS = 5;

type UpdateAnswer = Answer<CpeUpdateAnswer>;

const isOpen = (answer: UpdateAnswer): boolean => !answer.ok && leavesOpen(answer.problem.code);

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Asks for the outcome of an update whose request got no answer: the same request with the same key
 * gets the answer of the first one, and NIG is asked once. Ends with an outcome, when nobody waits
 * for it any more, or with the last answer without an outcome.
 */
export const askOutcome = async (
  send: () => Promise<UpdateAnswer>,
  unanswered: UpdateAnswer,
  isAwaited: () => boolean,
  askMs = ASK_MS,
): Promise<UpdateAnswer> => {
  let answer = unanswered;
  for (let asks = 0; asks < MOST_ASKS && isOpen(answer); asks++) {
    await pause(askMs * 2 ** asks);
    if (!isAwaited()) return answer;
    answer = await send();
  }
  return answer;
};
