import { Component, effect } from '@angular/core';
import { words } from '../words/words.ts';
import { Icon } from './icon.ts';
import { dropToast, type ShownToast, TOAST_MS, toasts } from './toasts.ts';

/** Shows what `showToast` is given. */
@Component({
  selector: 'cpe-toast-region',
  imports: [Icon],
  template: `
    <div class="toasts" role="status" (mouseenter)="pause()" (mouseleave)="go()" (focusin)="pause()" (focusout)="go()">
      @for (toast of toasts(); track toast.id) {
        <div class="toast" [class]="toast.tone ?? ''">
          @if (toast.tone === 'good') { <cpe-icon name="check" /> }
          <span>{{ toast.text }}</span>
          @if (toast.action; as action) {
            <button type="button" class="button quiet small" (click)="act(toast)">{{ action.text }}</button>
          }
          <button type="button" class="button quiet small icon-only" [attr.aria-label]="words().shell.close" (click)="drop(toast.id)"><cpe-icon name="cross" /></button>
        </div>
      }
    </div>
  `,
})
export class ToastRegion {
  protected readonly words = words;
  protected readonly toasts = toasts;
  protected readonly drop = dropToast;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  constructor() {
    effect(() => {
      toasts();
      this.go();
    });
  }

  protected act({ id, action }: ShownToast): void {
    dropToast(id);
    action?.run();
  }

  protected pause(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  protected go(): void {
    for (const { id } of toasts())
      if (!this.#timers.has(id))
        this.#timers.set(
          id,
          setTimeout(() => this.#end(id), TOAST_MS),
        );
  }

  #end(id: number): void {
    this.#timers.delete(id);
    dropToast(id);
  }
}
