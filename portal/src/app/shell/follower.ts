import type { DestroyRef } from '@angular/core';
import type { Answer } from './request.ts';
import { waitAfter } from './retry.ts';

/** The wait between two reads that succeed, ms. After failures it grows. */
const FOLLOW_MS = 2000;

type Followed<Value> = { id: string; heard: (value: Value) => void };

/**
 * Reads one thing until it is settled: an outcome that is open is asked about, never guessed. A
 * read that fails is repeated. Nothing is read once the component that owns it is destroyed.
 */
export class Follower<Value> {
  readonly #destroyed: Pick<DestroyRef, 'destroyed'>;
  readonly #read: (id: string) => Promise<Answer<Value>>;
  readonly #isSettled: (value: Value) => boolean;
  #followed: Followed<Value> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(
    destroyed: Pick<DestroyRef, 'destroyed' | 'onDestroy'>,
    read: (id: string) => Promise<Answer<Value>>,
    isSettled: (value: Value) => boolean,
  ) {
    this.#destroyed = destroyed;
    this.#read = read;
    this.#isSettled = isSettled;
    destroyed.onDestroy(() => this.stop());
  }

  follow(id: string, heard: (value: Value) => void): void {
    // The request that began it may be answered after its page is gone.
    if (this.#destroyed.destroyed) return;
    this.#followed = { id, heard };
    this.#failures = 0;
    this.#lookIn(FOLLOW_MS);
  }

  /** A live event names `id`: if that is followed, it is read without waiting. */
  nudge(id: string): void {
    if (this.#followed?.id === id) void this.#look();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#followed = null;
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    const followed = this.#followed;
    if (!followed) return;
    clearTimeout(this.#timer);
    const answer = await this.#read(followed.id);
    // Stopped meanwhile, or another read came first and found it settled.
    if (this.#followed !== followed) return;
    if (!answer.ok) {
      this.#failures += 1;
      this.#lookIn(waitAfter(this.#failures, answer.problem.retryAfterSeconds));
      return;
    }
    this.#failures = 0;
    if (this.#isSettled(answer.value)) this.stop();
    else this.#lookIn(FOLLOW_MS);
    followed.heard(answer.value);
  }
}
