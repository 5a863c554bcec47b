import { signal } from '@angular/core';
import type { Hold, HoldRequest } from '@cpe-desk/contract';
import { setHold } from './hold-client.ts';
import type { Problem } from './request.ts';

/** Whether all updates are held, as far as is known; null until the first answer. */
export const hold = signal<Hold | null>(null);

/** Holds or releases all updates; the problem, where that did not work. */
export const changeHold = async (wanted: HoldRequest): Promise<Problem | null> => {
  const answer = await setHold(wanted);
  if (!answer.ok) return answer.problem;
  hold.set(answer.value);
  return null;
};
