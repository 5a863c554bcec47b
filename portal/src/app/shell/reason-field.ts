import { Component, input, model } from '@angular/core';
import { LONGEST_REASON } from '@cpe-desk/contract';
import { words } from '../words/words.ts';

/** Why a person decides something, as it is being typed. */
@Component({
  selector: 'cpe-reason-field',
  host: { class: 'field' },
  template: `
    <label [attr.for]="boxId()">{{ words().shell.reason }}</label>
    <textarea #box [id]="boxId()" rows="2" [attr.maxlength]="longest" [value]="text()"
      (input)="text.set(box.value)"></textarea>
    <ng-content />
  `,
})
export class ReasonField {
  readonly boxId = input.required<string>();
  readonly text = model('');
  protected readonly words = words;
  protected readonly longest = LONGEST_REASON;
}
