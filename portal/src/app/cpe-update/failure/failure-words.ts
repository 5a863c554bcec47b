import { unavailableCauses } from '@cpe-desk/contract';
import * as z from 'zod';
import type { FailureWords } from '../../words/english/failures.ts';
import { words } from '../../words/words.ts';
import { isBlind, knownOf, mayArrive } from './failure-rules.ts';

const causeSchema = z.object({ cause: z.enum(unavailableCauses) });

/**
 * The words for a problem. `mayHaveArrived`: an earlier try was sent, with an unknown outcome.
 * `isRefresh`: the recorded values were sent as they are.
 */
export const wordsOfFailure = (
  problem: { code: string },
  mayHaveArrived: boolean,
  isRefresh = false,
): FailureWords => {
  const known = knownOf(problem.code);
  const { byCode, byCause, perhapsArrived, nothingSent, recordedInvalid } = words().failures;
  if (isRefresh && known === 'invalid-cpe') return recordedInvalid;
  const cause = causeSchema.safeParse(problem).data?.cause;
  const said = (cause && byCause[cause]) ?? byCode[known];
  if (mayHaveArrived && isBlind(known)) return { ...said, unchanged: perhapsArrived };
  if (!mayHaveArrived && mayArrive(known)) return { ...said, unchanged: nothingSent };
  return said;
};
