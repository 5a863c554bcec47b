import { signal } from '@angular/core';
import { loadCaller } from './caller-client.ts';
import type { Problem } from './request.ts';
import { Retry } from './retry.ts';
import { caller, sessionEnded } from './session.ts';

/** Why it is not known who is signed in. */
export const callerProblem = signal<Problem | null>(null);

const retry = new Retry(() => void refreshCaller());

/**
 * Asks again who is signed in: at the start, and when someone may have signed in again in another
 * tab.
 */
export const refreshCaller = async (): Promise<void> => {
  const answer = await loadCaller();
  const before = caller();
  retry.answered(answer.ok ? null : answer.problem);
  if (answer.ok) {
    // Someone else's ticket groups and rights: nothing on this screen may stay.
    if (before && before.id !== answer.value.id) location.assign('/');
    caller.set(answer.value);
    sessionEnded.set(false);
    callerProblem.set(null);
  } else if (answer.problem.status !== 401) {
    callerProblem.set(answer.problem);
  } else if (!before) {
    caller.set(null);
  }
};
