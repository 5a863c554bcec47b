/**
 * Hands out a signal for each request and aborts the request before it: the newest question wins.
 */
export class Newest {
  #controller = new AbortController();

  next(): AbortSignal {
    this.#controller.abort();
    this.#controller = new AbortController();
    return this.#controller.signal;
  }

  stop(): void {
    this.#controller.abort();
  }
}
