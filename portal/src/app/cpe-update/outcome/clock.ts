import { signal } from '@angular/core';

/** The time, once a second while it is shown. */
export class Clock {
  readonly #now = signal(Date.now());
  #ticking: ReturnType<typeof setInterval> | undefined;
  /** Milliseconds since 1970. */
  readonly now = this.#now.asReadonly();

  run(isNeeded: boolean): void {
    clearInterval(this.#ticking);
    this.#now.set(Date.now());
    if (isNeeded) this.#ticking = setInterval(() => this.#now.set(Date.now()), 1000);
  }
}
