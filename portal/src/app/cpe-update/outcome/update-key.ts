import { mayArrive, needsNewKey } from '../failure/failure-rules.ts';

/**
 * The `Idempotency-Key` of what is confirmed. The same key goes with the same body, so that a try
 * that did arrive is answered and not repeated, until an answer says that the key is used up.
 */
export class UpdateKey {
  #sent: { body: string; key: string; mayHaveArrived: boolean } | null = null;

  /** A try with the key ended, and its outcome is unknown. */
  get mayHaveArrived(): boolean {
    return this.#sent?.mayHaveArrived ?? false;
  }

  keyOf(request: object): string {
    const body = JSON.stringify(request);
    if (this.#sent?.body !== body)
      this.#sent = { body, key: crypto.randomUUID(), mayHaveArrived: false };
    return this.#sent.key;
  }

  /** The request was sent with the key before the page was loaded. */
  resume(request: object, key: string): void {
    this.#sent = { body: JSON.stringify(request), key, mayHaveArrived: true };
  }

  /** The request that was sent with the key failed with this code. */
  failed(code: string): void {
    if (needsNewKey(code)) this.forget();
    else if (this.#sent && mayArrive(code)) this.#sent = { ...this.#sent, mayHaveArrived: true };
  }

  forget(): void {
    this.#sent = null;
  }
}
