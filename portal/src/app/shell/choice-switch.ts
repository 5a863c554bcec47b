import { Component, input, output } from '@angular/core';

/** A few choices side by side, of which one is on. */
@Component({
  selector: 'cpe-choice-switch',
  template: `
    <div class="segments" role="group" [attr.aria-label]="label()">
      @for (each of choices(); track each.value) {
        <button type="button" [attr.lang]="each.lang" [attr.aria-pressed]="each.value === chosen()" (click)="choose.emit(each.value)">{{ each.text }}</button>
      }
    </div>
  `,
})
export class ChoiceSwitch<Value extends string> {
  readonly label = input.required<string>();
  readonly choices = input.required<readonly { value: Value; text: string; lang?: string }[]>();
  readonly chosen = input.required<Value>();
  readonly choose = output<Value>();
}
