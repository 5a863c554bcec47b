import { Component, DestroyRef, inject, input, signal } from '@angular/core';
import { words } from '../words/words.ts';
import { Icon } from './icon.ts';

/** How long it says that the value was copied, ms. */
const SAID_MS = 2000;

/** A value that people carry elsewhere (a serial number, a MAC address), with a way to copy it. */
@Component({
  selector: 'cpe-copy',
  imports: [Icon],
  template: `
    <span class="mono">{{ value() }}</span>
    <button type="button" class="copy" [attr.aria-label]="words().frame.copy(value())" [title]="words().frame.copy(value())" (click)="copy()">
      <cpe-icon [name]="isCopied() ? 'check' : 'copy'" />
    </button>
    <span class="visually-hidden" role="status">{{ isCopied() ? words().frame.copied : '' }}</span>
  `,
})
export class CopyButton {
  readonly value = input.required<string>();
  protected readonly words = words;
  protected readonly isCopied = signal(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
  }

  protected async copy(): Promise<void> {
    // Without https the browser has no clipboard for pages; the value can be marked by hand then.
    await navigator.clipboard?.writeText(this.value());
    this.isCopied.set(navigator.clipboard !== undefined);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.isCopied.set(false), SAID_MS);
  }
}
