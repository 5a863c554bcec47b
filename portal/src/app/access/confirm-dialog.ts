import { Component, type ElementRef, input, output, viewChild } from '@angular/core';
import { words } from '../words/words.ts';

/** Asks before something ends that nobody can bring back. */
@Component({
  selector: 'cpe-confirm-dialog',
  template: `
    <dialog #dialog class="update-dialog" aria-labelledby="confirm-heading">
      <h2 id="confirm-heading">{{ heading() }}</h2>
      <p>{{ explain() }}</p>
      <div class="actions">
        <button type="button" class="button primary" (click)="confirm()">{{ button() }}</button>
        <button type="button" class="button" (click)="close()">{{ words().shell.cancel }}</button>
      </div>
    </dialog>
  `,
})
export class ConfirmDialog {
  protected readonly words = words;
  readonly heading = input.required<string>();
  readonly explain = input.required<string>();
  readonly button = input.required<string>();
  readonly confirmed = output<void>();
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  open(): void {
    this.dialog().nativeElement.showModal();
  }

  protected close(): void {
    this.dialog().nativeElement.close();
  }

  protected confirm(): void {
    this.close();
    this.confirmed.emit();
  }
}
