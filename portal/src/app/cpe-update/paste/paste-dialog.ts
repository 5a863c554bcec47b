import {
  Component,
  computed,
  type ElementRef,
  effect,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import type { ReadField } from '@cpe-desk/contract';
import { ProblemNotice } from '../../shell/problem-notice.ts';
import { emptyText } from '../../words/formats.ts';
import { words } from '../../words/words.ts';
import { draftFields } from '../draft/cpe-draft.ts';
import { CpeDraftStore } from '../draft/cpe-draft-store.ts';
import { isInForm, type Reading } from './read-rows.ts';
import { TextReadingStore } from './text-reading-store.ts';

/**
 * A whole record from elsewhere: the service reads it, the dialog shows what it read and from which
 * lines, asks where there is a choice, and takes values into the form only when that is confirmed.
 */
@Component({
  selector: 'cpe-paste-dialog',
  imports: [ProblemNotice],
  providers: [TextReadingStore],
  template: `
    <dialog #dialog class="update-dialog" aria-labelledby="paste-heading" (close)="reading.close()">
      <h2 id="paste-heading" tabindex="-1">{{ said().heading }}</h2>
      <p class="muted">{{ said().explained }}</p>
      <div class="field">
        <label for="pasted-record">{{ said().text }}</label>
        <textarea #box id="pasted-record" class="mono" rows="6" spellcheck="false" autocomplete="off" [value]="reading.text()" (paste)="isPasted.set(true)" (input)="reading.type(box.value)"></textarea>
      </div>
      @if (reading.problem(); as problem) {
        <cpe-problem-notice [problem]="problem" (retry)="reading.read()" />
      }
      @if (devices().length > 1) {
        <fieldset class="choices">
          <legend>{{ said().device }}</legend>
          @for (device of devices(); track $index) {
            <label class="choice">
              <input type="radio" name="paste-device" [checked]="reading.device() === $index" (change)="reading.chooseDevice($index)" />
              <span class="mono">{{ device.label }}</span>
              @if (device.same) { <span class="muted">{{ device.same }}</span> }
            </label>
          }
        </fieldset>
      }
      <div role="status">
        @for (note of reading.notes(); track $index) { <p class="notice">{{ note.detail }}</p> }
        @if (rows().length > 0) {
          <div class="scroll-x" tabindex="0">
            <table class="table">
              <caption class="visually-hidden">{{ said().found }}</caption>
              <thead>
                <tr>
                  <th scope="col">{{ words().shell.field }}</th><th scope="col">{{ said().now }}</th>
                  <th scope="col">{{ said().pasted }}</th><th scope="col">{{ said().from }}</th>
                </tr>
              </thead>
              <tbody>
                @for (row of rows(); track row.field) {
                  <tr [class.is-same]="row.isSame">
                    <th scope="row">{{ row.label }}</th>
                    <td>{{ row.now }}</td>
                    @if (row.certain; as certain) {
                      <td>@if (row.isSame) { {{ certain.said }} } @else { <strong>{{ certain.said }}</strong> }</td>
                      <td class="muted mono">{{ certain.lines }}</td>
                    } @else {
                      <td colspan="2">
                        <fieldset class="choices">
                          <legend>{{ said().choose }}</legend>
                          @for (choice of row.choices; track $index) {
                            <label class="choice">
                              <input type="radio" [name]="'paste-' + row.field" [checked]="row.chosen === $index" (change)="reading.choose(row.field, $index)" />
                              <strong>{{ choice.said }}</strong>
                              @if (choice.meaning) { <span>{{ choice.meaning }}</span> }
                              <span class="muted mono">{{ choice.lines }}</span>
                            </label>
                          }
                        </fieldset>
                      </td>
                    }
                  </tr>
                }
              </tbody>
            </table>
          </div>
        } @else if (reading.answer() && devices().length < 2) {
          <p class="notice warning">{{ said().nothing }}</p>
        }
      </div>
      @if (reading.answer()?.unread; as unread) {
        @if (unread.length > 0) {
          <details>
            <summary>{{ said().unread(unread.length) }}</summary>
            <ul class="mono muted">
              @for (line of unread; track line.line) { <li>{{ said().line(line.line, line.text) }}</li> }
            </ul>
          </details>
        }
      }
      <div class="actions">
        <button #takeButton type="button" class="button primary" [disabled]="count() === 0" (click)="take()">{{ said().take(count()) }}</button>
        <button type="button" class="button" (click)="dialog.close()">{{ words().shell.cancel }}</button>
      </div>
    </dialog>
  `,
})
export class PasteDialog {
  readonly ticketId = input.required<string>();
  /** Whether the desk can record IPv6 values beside IPv4. */
  readonly knowsDualStack = input.required<boolean>();
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  private readonly takeButton = viewChild.required<ElementRef<HTMLButtonElement>>('takeButton');
  protected readonly store = inject(CpeDraftStore);
  protected readonly reading = inject(TextReadingStore);
  protected readonly words = words;
  protected readonly said = computed(() => words().cpeUpdate.paste);
  /** Whether the text was pasted, not typed: then one key takes what is certain. */
  protected readonly isPasted = signal(false);

  protected readonly devices = computed(() =>
    (this.reading.answer()?.devices ?? []).map(({ label, match }) => ({
      label,
      same:
        match.length === 0
          ? ''
          : this.said().matches(match.map((field) => this.#labelOf(field)).join(', ')),
    })),
  );

  protected readonly rows = computed(() => {
    const draft = this.store.draft();
    if (!draft) return [];
    return this.reading.rows().map(({ field, certain, choices }) => {
      const names = Object.keys((certain ?? choices[0])?.values ?? {});
      const now = draftFields.filter((name) => names.includes(name)).map((name) => draft[name]);
      return {
        field,
        label: this.#labelOf(field),
        now: now.join(' / ') || emptyText(field),
        isSame: certain !== null && isInForm(certain, draft),
        certain: certain && { said: certain.said, lines: this.#linesOf(certain) },
        choices: choices.map((choice) => ({
          said: choice.said,
          meaning: choice.meaning,
          lines: this.#linesOf(choice),
        })),
        chosen: this.reading.chosen().get(field),
      };
    });
  });

  /** How many fields of the form get a value. */
  protected readonly count = computed(() => Object.keys(this.reading.values()).length);

  constructor() {
    effect(() => {
      // Enter takes the values when nothing has to be chosen.
      const isReady = this.count() > 0 && this.reading.open().length === 0;
      if (isReady && this.isPasted()) queueMicrotask(() => this.takeButton().nativeElement.focus());
    });
  }

  /** Opens with what was pasted elsewhere, or empty. */
  open(text = ''): void {
    this.isPasted.set(text !== '');
    this.reading.start(this.ticketId(), text, { knowsDualStack: this.knowsDualStack() });
    const dialog = this.dialog().nativeElement;
    dialog.showModal();
    dialog.querySelector('textarea')?.focus();
  }

  protected take(): void {
    this.store.take(this.reading.values());
    this.dialog().nativeElement.close();
  }

  #labelOf(field: ReadField): string {
    const { fields } = this.said();
    return field === 'bandwidth' ? fields.bandwidth : words().fields[field];
  }

  #linesOf({ from, meaning }: Reading): string {
    const lines = from.map(({ line, text }) => this.said().line(line, text)).join('; ');
    return meaning === '' ? lines : `${meaning} · ${lines}`;
  }
}
