import { DOCUMENT, effect, Injectable, inject, signal } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { unread } from './inbox.ts';

/** The name of the browser's tab, with the number of unread notifications: `(2) Tickets`. */
@Injectable()
export class CountedTitle extends Title {
  readonly #text = signal<string | null>(null);

  constructor() {
    super(inject(DOCUMENT));
    effect(() => {
      const text = this.#text();
      if (text !== null) super.setTitle(unread() > 0 ? `(${unread()}) ${text}` : text);
    });
  }

  override setTitle(text: string): void {
    this.#text.set(text);
  }
}
