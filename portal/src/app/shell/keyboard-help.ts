import { Component, type ElementRef, viewChild } from '@angular/core';
import { keyboardWords } from './words.ts';

/** The keys that do something, in a dialog. */
@Component({
  selector: 'cpe-keyboard-help',
  template: `
    <dialog #dialog class="update-dialog" aria-labelledby="keyboard-heading">
      <h2 id="keyboard-heading">Keyboard</h2>
      <table class="table">
        <thead><tr><th scope="col">Key</th><th scope="col">Does</th></tr></thead>
        <tbody>
          @for (row of words; track row.keys) { <tr><th scope="row"><kbd>{{ row.keys }}</kbd></th><td>{{ row.does }}</td></tr> }
        </tbody>
      </table>
      <form method="dialog" class="actions"><button class="button">Close</button></form>
    </dialog>
  `,
})
export class KeyboardHelp {
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  protected readonly words = keyboardWords;

  open(): void {
    this.dialog().nativeElement.showModal();
  }
}
