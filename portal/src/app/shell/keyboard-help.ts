import { Component, type ElementRef, viewChild } from '@angular/core';
import { words } from '../words/words.ts';

/** The keys that do something, in a dialog. */
@Component({
  selector: 'cpe-keyboard-help',
  template: `
    <dialog #dialog class="update-dialog" aria-labelledby="keyboard-heading">
      <h2 id="keyboard-heading">{{ words().shell.keyboard }}</h2>
      <table class="table">
        <thead><tr><th scope="col">{{ words().shell.key }}</th><th scope="col">{{ words().shell.does }}</th></tr></thead>
        <tbody>
          @for (row of words().shell.keys; track row.keys) { <tr><th scope="row"><kbd>{{ row.keys }}</kbd></th><td>{{ row.does }}</td></tr> }
        </tbody>
      </table>
      <form method="dialog" class="actions"><button class="button">{{ words().shell.close }}</button></form>
    </dialog>
  `,
})
export class KeyboardHelp {
  protected readonly words = words;
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  open(): void {
    this.dialog().nativeElement.showModal();
  }
}
