import { Component, computed, inject, input } from '@angular/core';
import { words } from '../../words/words.ts';
import { ReasonStore } from './reason-store.ts';

/** Why the update is made, with the last reasons to choose from. */
@Component({
  selector: 'cpe-reason-box',
  template: `
    <div class="field">
      <label for="update-reason">{{ words().shell.reason }}</label>
      <textarea #box id="update-reason" rows="2" aria-describedby="reason-says" [value]="reason.text()"
        [readOnly]="isSent()" [attr.aria-invalid]="reason.error() ? 'true' : null"
        (input)="reason.text.set(box.value)"></textarea>
      <p id="reason-says">
        @if (reason.error(); as error) { <span class="error">{{ error }}</span> }
        @else { <span class="hint">{{ said().reasonHint(reason.left()) }}</span> }
      </p>
      @if (!isSent() && reason.last().length > 0) {
        <div class="last-reasons" role="group" [attr.aria-label]="said().lastReasons">
          @for (text of reason.last(); track text) {
            <button type="button" class="count" (click)="reason.text.set(text)">{{ text }}</button>
          }
        </div>
      }
    </div>
  `,
})
export class ReasonBox {
  /** It has gone with the update. */
  readonly isSent = input(false);
  protected readonly reason = inject(ReasonStore);
  protected readonly words = words;
  protected readonly said = computed(() => words().cpeUpdate);
}
