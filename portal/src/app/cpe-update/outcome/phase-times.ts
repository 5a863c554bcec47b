import { computed, effect, type Signal, signal, untracked } from '@angular/core';
import { Clock } from './clock.ts';
import type { Phase } from './phase.ts';

/** An operator may leave an update that takes longer, s. */
const LEAVE_AFTER_S = 10;

/** The times that a phase shows. Built in an injection context. */
export class PhaseTimes {
  readonly #clock = new Clock();
  readonly #phase: Signal<Phase>;
  readonly #retryAt = signal(0);

  /** Seconds since the update was sent. */
  readonly elapsed = computed(() => {
    const phase = this.#phase();
    return phase.name === 'sending'
      ? Math.max(0, Math.floor((this.#clock.now() - phase.since) / 1000))
      : 0;
  });

  /** Whether the operator may leave the update: it continues, and the page shows its result. */
  readonly mayLeave = computed(
    () => this.#phase().name === 'sending' && this.elapsed() >= LEAVE_AFTER_S,
  );

  /** Seconds until the service accepts another try. */
  readonly wait = computed(() =>
    Math.max(0, Math.ceil((this.#retryAt() - this.#clock.now()) / 1000)),
  );

  constructor(phase: Signal<Phase>) {
    this.#phase = phase;
    effect(() => {
      const { name } = phase();
      untracked(() => this.#clock.run(name === 'sending' || name === 'failed'));
    });
  }

  retryAfter(seconds: number): void {
    this.#retryAt.set(Date.now() + seconds * 1000);
  }

  stop(): void {
    this.#clock.run(false);
  }
}
