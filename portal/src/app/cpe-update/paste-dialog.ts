import { Component, computed, type ElementRef, inject, input, signal, viewChild } from '@angular/core';
import type { LineFacts } from '@cpe-desk/contract';
import { words } from '../words/words.ts';
import { draftFields } from './cpe-draft.ts';
import { CpeDraftStore } from './cpe-draft-store.ts';
import { readPastedRecord } from './record-paste.ts';

/**
 * A whole record from elsewhere: what is recognised in it is shown, and taken into the form only
 * when that is confirmed.
 */
@Component({
  selector: 'cpe-paste-dialog',
  template: `
    <dialog #dialog class="update-dialog" aria-labelledby="paste-heading" (close)="text.set('')">
      <h2 id="paste-heading" tabindex="-1">{{ said().heading }}</h2>
      <p class="muted">{{ said().explained }}</p>
      <div class="field">
        <label for="pasted-record">{{ said().text }}</label>
        <textarea #box id="pasted-record" class="mono" rows="6" spellcheck="false" autocomplete="off" [value]="text()" (input)="text.set(box.value)"></textarea>
      </div>
      <div role="status">
        @if (rows().length > 0) {
          <div class="scroll-x" tabindex="0">
            <table class="table">
              <caption class="visually-hidden">{{ said().found }}</caption>
              <thead>
                <tr><th scope="col">{{ words().shell.field }}</th><th scope="col">{{ said().now }}</th><th scope="col">{{ said().pasted }}</th></tr>
              </thead>
              <tbody>
                @for (row of rows(); track row.field) {
                  <tr [class.is-same]="row.now === row.pasted">
                    <th scope="row">{{ words().fields[row.field] }}</th>
                    <td>{{ row.now || words().notKnown }}</td>
                    <td>@if (row.now === row.pasted) { {{ row.pasted }} } @else { <strong>{{ row.pasted }}</strong> }</td>
                  </tr>
                }
              </tbody>
            </table>
          </div>
          @if (read().ignored; as count) { <p class="muted">{{ said().ignored(count) }}</p> }
        } @else if (text().trim() !== '') {
          <p class="notice warning">{{ said().nothing }}</p>
        }
      </div>
      <div class="actions">
        <button type="button" class="button primary" [disabled]="rows().length === 0" (click)="take()">{{ said().take(rows().length) }}</button>
        <button type="button" class="button" (click)="dialog.close()">{{ words().shell.cancel }}</button>
      </div>
    </dialog>
  `,
})
export class PasteDialog {
  readonly facts = input.required<LineFacts>();
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  protected readonly store = inject(CpeDraftStore);
  protected readonly words = words;
  protected readonly said = computed(() => words().cpeUpdate.paste);
  protected readonly text = signal('');
  protected readonly read = computed(() => readPastedRecord(this.text(), this.facts()));
  protected readonly rows = computed(() => {
    const { values } = this.read();
    const draft = this.store.draft();
    return draftFields.flatMap((field) => {
      const pasted = values[field];
      return pasted === undefined || !draft ? [] : [{ field, now: draft[field], pasted }];
    });
  });

  /** Opens with what was pasted elsewhere, or empty. */
  open(text = ''): void {
    this.text.set(text);
    const dialog = this.dialog().nativeElement;
    dialog.showModal();
    dialog.querySelector('textarea')?.focus();
  }

  protected take(): void {
    this.store.take(this.read().values);
    this.dialog().nativeElement.close();
  }
}
