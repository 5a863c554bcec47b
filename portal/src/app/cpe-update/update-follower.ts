import { type CpeUpdate, isUnsettled } from '@cpe-desk/contract';
import { readUpdate } from './cpe-update-client.ts';

/** How soon an update is looked at again, ms; live events are usually sooner. */
const FOLLOW_MS = 2000;

/** Looks at one update until it is settled: an outcome that is open is asked about, never guessed. */
export class UpdateFollower {
  #followed: { updateId: string; heard: (update: CpeUpdate) => void } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  follow(updateId: string, heard: (update: CpeUpdate) => void): void {
    this.#followed = { updateId, heard };
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
    this.#timer = setTimeout(() => void this.#look(), FOLLOW_MS);
  }

  async #look(): Promise<void> {
    const followed = this.#followed;
    if (!followed) return;
    clearTimeout(this.#timer);
    const answer = await readUpdate(followed.updateId);
    // Stopped meanwhile, or another look came first and saw it settled.
    if (this.#followed !== followed) return;
    if (answer.ok && !isUnsettled(answer.value.state)) this.stop();
    else this.#wait();
    if (answer.ok) followed.heard(answer.value);
  }
}
