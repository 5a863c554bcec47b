import { computed, Injectable, signal } from '@angular/core';
import { LONGEST_REASON, reasonErrors } from '@cpe-desk/contract';
import * as z from 'zod';
import { caller } from '../../shell/session.ts';
import { keptInTab } from '../../storage/kept.ts';
import { findingWords } from '../../words/problem-words.ts';

const KEPT = 'reasons';
const MOST = 5;
const keptSchema = z.object({ callerId: z.string(), reasons: z.array(z.string()) });

/** The reasons that this person gave last, the newest first. */
const readLast = (): readonly string[] => {
  const kept = keptInTab.read(KEPT, keptSchema);
  return kept && kept.callerId === caller()?.id ? kept.reasons : [];
};

/** Why an update is made, as it is being typed. */
@Injectable()
export class ReasonStore {
  readonly text = signal('');
  /** What goes with the update: null where nothing was given. */
  readonly given = computed(() => this.text().trim() || null);
  readonly left = computed(() => LONGEST_REASON - this.text().trim().length);
  readonly error = computed(() => {
    const [error] = reasonErrors(this.given());
    return error ? findingWords(error) : null;
  });
  readonly #last = signal(readLast());
  /** Reasons to offer. */
  readonly last = this.#last.asReadonly();

  /** It is sent: next time it is among the last ones. */
  remember(): void {
    const [reason, callerId] = [this.given(), caller()?.id];
    if (reason === null || callerId === undefined) return;
    const reasons = [reason, ...readLast().filter((each) => each !== reason)].slice(0, MOST);
    keptInTab.keep(KEPT, { callerId, reasons });
    this.#last.set(reasons);
  }
}
