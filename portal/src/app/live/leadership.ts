/** Told when this tab begins to lead and when it ceases to. */
export type Led = { won(): void; lost(): void };

/**
 * One tab of a browser leads: the one that holds the lock. The browser passes the lock on when that
 * tab is closed or crashes. A frozen one keeps it until another tab steals it.
 */
export class Leadership {
  readonly #locks: LockManager;
  readonly #name: string;
  readonly #led: Led;
  #waiting = new AbortController();
  #release: (() => void) | null = null;
  #isStopped = false;

  constructor(locks: LockManager, name: string, led: Led) {
    this.#locks = locks;
    this.#name = name;
    this.#led = led;
    this.#wait();
  }

  get isLeading(): boolean {
    return this.#release !== null;
  }

  /** Takes the lock from a tab that does not answer. */
  steal(): void {
    if (this.isLeading || this.#isStopped) return;
    this.#waiting.abort();
    void this.#hold({ steal: true });
  }

  stop(): void {
    this.#isStopped = true;
    this.#waiting.abort();
    this.#release?.();
  }

  #wait(): void {
    this.#waiting = new AbortController();
    void this.#hold({ signal: this.#waiting.signal });
  }

  async #hold(options: LockOptions): Promise<void> {
    let release: (() => void) | null = null;
    try {
      await this.#locks.request(this.#name, options, () => {
        const held = new Promise<void>((resolve) => {
          release = resolve;
        });
        this.#release = release;
        this.#led.won();
        return held;
      });
    } catch {
      // Stolen by another tab, or `steal` and `stop` gave up waiting.
    }
    if (release === null) return;
    this.#release = null;
    this.#led.lost();
    if (!this.#isStopped) this.#wait();
  }
}
