import { type CpeUpdate, isUnsettled } from '@cpe-desk/contract';
import { readUpdate } from './cpe-update-client.ts';

/** The wait between two looks, ms: after failures it doubles. Live events are usually sooner. */
const FOLLOW_MS = 2000;
const LAST_FOLLOW_MS = 30_000;

/** Looks at one update until it is settled: an outcome that is open is asked about, never guessed. */
export class UpdateFollower {
  #followed: { updateId: string; heard: (update: CpeUpdate) => void } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  follow(updateId: string, heard: (update: CpeUpdate) => void): void {
    this.#followed = { updateId, heard };
    this.#failures = 0;
    this.#wait();
  }

  /** Something was heard of an update: if it is the followed one, it is looked at without waiting. */
  nudge(updateId: string): void {
    if (this.#followed?.updateId === updateId) void this.#look();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#followed = null;
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const wait = Math.min(FOLLOW_MS * 2 ** this.#failures, LAST_FOLLOW_MS);
    this.#timer = setTimeout(() => void this.#look(), wait);
  }

  async #look(): Promise<void> {
    const followed = this.#followed;
    if (!followed) return;
    clearTimeout(this.#timer);
    const answer = await readUpdate(followed.updateId);
    // Stopped meanwhile, or another look came first and saw it settled.
    if (this.#followed !== followed) return;
    this.#failures = answer.ok ? 0 : this.#failures + 1;
    if (answer.ok && !isUnsettled(answer.value.state)) this.stop();
    else this.#wait();
    if (answer.ok) followed.heard(answer.value);
  }
}
