import { signal } from '@angular/core';
import type { Caller } from '@cpe-desk/contract';

/**
 * Who is signed in; undefined until `/auth/me` has answered, null when it answered that nobody is.
 */
export const caller = signal<Caller | null | undefined>(undefined);

/** Whether a request was answered 401: the session is over, what is on the screen stays. */
export const sessionEnded = signal(false);

/** Whether the last request reached the service. */
export const connected = signal(true);

/** When the service answered last, ms since 1970; null: not yet. */
export const answeredAt = signal<number | null>(null);

/** Whether NIG answers, by the ticket that is shown; null where none is. */
export const nigAnswers = signal<boolean | null>(null);
