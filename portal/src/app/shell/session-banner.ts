import { Component, computed, DestroyRef, inject, signal } from '@angular/core';
import { words } from '../words/words.ts';
import { deskState, refreshDeskState } from './desk-state.ts';
import { refreshCaller } from './refresh-caller.ts';
import { sessionEnded } from './session.ts';

/** So long before the end somebody is told, ms. */
const AHEAD_MS = 5 * 60_000;
const LOOK_MS = 15_000;

/** Says that the sign-in ends soon, and lets the person stay, while there is time. */
@Component({
  selector: 'cpe-session-banner',
  template: `
    <div role="status">
      @if (minutes(); as minutes) {
        <p class="banner warning">
          {{ words().frame.sessionEnds(minutes) }}
          <button type="button" class="button small" (click)="stay()">{{ words().frame.staySignedIn }}</button>
        </p>
      }
    </div>
  `,
})
export class SessionBanner {
  protected readonly words = words;
  readonly #now = signal(Date.now());
  /** Whole minutes until the end, at least one; null while there is time, or none is left. */
  protected readonly minutes = computed(() => {
    const end = deskState()?.sessionEndsAt;
    if (!end || sessionEnded()) return null;
    const left = Date.parse(end) - this.#now();
    return left > 0 && left <= AHEAD_MS ? Math.max(1, Math.round(left / 60_000)) : null;
  });

  constructor() {
    const timer = setInterval(() => this.#now.set(Date.now()), LOOK_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  /** A person's request extends the session, up to its longest time. */
  protected async stay(): Promise<void> {
    await refreshCaller();
    await refreshDeskState();
  }
}
