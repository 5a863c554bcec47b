import { Component, computed, DestroyRef, effect, inject, signal } from '@angular/core';
import { streamHeardAt, streamState } from '../live/stream-state.ts';
import { formatClock } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { answeredAt, connected, nigAnswers } from './session.ts';

/** A stream that opens within this time is no news, ms. */
const OPENS_WITHIN_MS = 3000;

export type ConnectionState = 'live' | 'connected' | 'reconnecting' | 'nig-unavailable' | 'offline';

/** Whether what is on the screen is up to date, and when that was checked last. */
@Component({
  selector: 'cpe-state-dot',
  template: `
    <span class="state-dot" [class]="state()" role="status" [title]="checked()">
      <span class="dot" aria-hidden="true"></span>
      <span class="state-text">{{ words().shell.connection[state()] }}</span>
    </span>
  `,
})
export class StateDot {
  protected readonly words = words;
  readonly #isSlow = signal(false);
  protected readonly state = computed<ConnectionState>(() => {
    if (!connected()) return 'offline';
    if (streamState() === 'waiting' && this.#isSlow()) return 'reconnecting';
    if (nigAnswers() === false) return 'nig-unavailable';
    return streamState() === 'none' ? 'connected' : 'live';
  });
  protected readonly checked = computed(() => {
    const at = Math.max(answeredAt() ?? 0, streamHeardAt() ?? 0);
    return at === 0 ? '' : words().shell.lastChecked(formatClock(at));
  });

  constructor() {
    let timer: ReturnType<typeof setTimeout> | undefined;
    effect(() => {
      const isWaiting = streamState() === 'waiting';
      clearTimeout(timer);
      if (isWaiting) timer = setTimeout(() => this.#isSlow.set(true), OPENS_WITHIN_MS);
      else this.#isSlow.set(false);
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(timer));
  }
}
