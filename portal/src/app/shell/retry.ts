import type { Problem } from './request.ts';

/** The first wait, ms; it doubles with each failure up to the last one. */
const FIRST_MS = 5000;
const LAST_MS = 60_000;

/** Whether the same request may succeed later. What is refused (4xx) stays refused. */
const mayPass = ({ status }: Problem): boolean => status < 400 || status === 429 || status >= 500;

/** How long to wait after so many failures in a row. Browsers that failed together spread out. */
export const waitAfter = (failures: number, retryAfterSeconds: number | null): number => {
  const wait = Math.min(FIRST_MS * 2 ** Math.max(0, failures - 1), LAST_MS);
  return Math.max(wait * (0.8 + 0.4 * Math.random()), (retryAfterSeconds ?? 0) * 1000);
};

/**
 * Repeats a question until its answer is final: with growing waits after failures, every 5 s while
 * the page waits for something.
 */
export class Retry {
  readonly #ask: () => void;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(ask: () => void) {
    this.#ask = ask;
  }

  /** The question was answered. `isWaiting`: the answer is good, but the page waits for another. */
  answered(problem: Problem | null, isWaiting = false): void {
    clearTimeout(this.#timer);
    this.#failures = problem ? this.#failures + 1 : 0;
    if (this.#isStopped || !(problem ? mayPass(problem) : isWaiting)) return;
    this.#timer = setTimeout(
      this.#ask,
      waitAfter(this.#failures, problem?.retryAfterSeconds ?? null),
    );
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }
}
