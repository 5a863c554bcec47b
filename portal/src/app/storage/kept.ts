import type * as z from 'zod';

const PREFIX = 'cpe-desk.';

/**
 * What a page keeps under names. Where the browser keeps nothing (a private window, a full disk) it
 * is gone with the page.
 */
export class Kept {
  readonly #storage: () => Storage;
  #isOver = false;

  constructor(storage: () => Storage) {
    this.#storage = storage;
  }

  /** What is kept under a name; undefined where nothing is, or nothing that the schema takes. */
  read<Value>(name: string, schema: z.ZodType<Value>): Value | undefined {
    try {
      const text = this.#storage().getItem(PREFIX + name);
      return text === null ? undefined : schema.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined; // no storage, or not what we wrote
    }
  }

  /** The names under which something is kept, of those that begin so. */
  names(prefix: string): string[] {
    try {
      const whole = PREFIX + prefix;
      return Object.keys(this.#storage())
        .filter((key) => key.startsWith(whole))
        .map((key) => key.slice(PREFIX.length));
    } catch {
      return []; // no storage
    }
  }

  keep(name: string, value: unknown): void {
    if (this.#isOver) return;
    this.#try((storage) => storage.setItem(PREFIX + name, JSON.stringify(value)));
  }

  drop(name: string): void {
    this.#try((storage) => storage.removeItem(PREFIX + name));
  }

  /**
   * Drops all, and keeps nothing more until the page is loaded again: what a page that is about to
   * go still hears would bring back what was dropped.
   */
  end(): void {
    this.#isOver = true;
    this.#try((storage) => {
      for (const key of Object.keys(storage)) if (key.startsWith(PREFIX)) storage.removeItem(key);
    });
  }

  #try(act: (storage: Storage) => void): void {
    try {
      act(this.#storage());
    } catch {
      // Full, or switched off.
    }
  }
}

/**
 * What a person's browser keeps between visits: how they like the desk. Never a record of a
 * customer.
 */
export const keptForGood = new Kept(() => localStorage);

/**
 * What a tab keeps over a reload and over signing in again, and gives up when somebody signs out.
 */
export const keptInTab = new Kept(() => sessionStorage);
