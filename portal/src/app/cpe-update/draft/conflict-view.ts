import { Component, computed, ElementRef, inject, input, output, signal } from '@angular/core';
import type { Ticket } from '@cpe-desk/contract';
import { emptyText, formatTime } from '../../words/formats.ts';
import { words } from '../../words/words.ts';
import type { Choice, ConflictRow, DraftField } from './cpe-draft.ts';

/**
 * Others changed the CPE that is being edited: each field in question on its three sides, and whose
 * value to go on with.
 */
@Component({
  selector: 'cpe-conflict-view',
  template: `
    <section class="conflict" aria-labelledby="conflict-heading">
      <h3 id="conflict-heading" tabindex="-1">{{ said().heading }}</h3>
      <p role="alert">{{ explained() }}</p>
      <div class="scroll-x">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{{ words().shell.field }}</th><th scope="col">{{ said().opened }}</th>
              <th scope="col">{{ said().now }}</th><th scope="col">{{ said().wanted }}</th><th scope="col">{{ said().take }}</th>
            </tr>
          </thead>
          <tbody>
            @for (row of rows(); track row.field) {
              <tr>
                <th scope="row">{{ words().fields[row.field] }}</th>
                <td>{{ row.opened || empty(row.field) }}</td>
                <td [class.chosen]="choiceOf(row) === 'theirs'">{{ row.now || empty(row.field) }}</td>
                <td [class.chosen]="choiceOf(row) === 'mine'">{{ row.wanted || empty(row.field) }}</td>
                <td>
                  <fieldset class="choice">
                    <legend class="visually-hidden">{{ words().fields[row.field] }}</legend>
                    @for (choice of choices; track choice) {
                      <label class="check">
                        <input type="radio" [name]="'take-' + row.field" [checked]="choiceOf(row) === choice" (change)="choose(row.field, choice)" />
                        {{ label(choice) }}
                      </label>
                    }
                  </fieldset>
                </td>
              </tr>
            }
          </tbody>
        </table>
      </div>
      <div class="actions">
        <button type="button" class="button primary" (click)="resolved.emit(chosen())">{{ said().goOn }}</button>
        <button type="button" class="button" (click)="cancelled.emit()">{{ words().cpeUpdate.cancelEditing }}</button>
      </div>
    </section>
  `,
})
export class ConflictView {
  readonly rows = input.required<readonly ConflictRow[]>();
  /** Since when and by whom the CPE is as it is now. */
  readonly recorded = input.required<Ticket['cpeRecorded']>();
  readonly resolved = output<Partial<Record<DraftField, Choice>>>();
  readonly cancelled = output();
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);
  protected readonly words = words;
  protected readonly empty = emptyText;
  protected readonly said = computed(() => words().cpeUpdate.conflict);
  protected readonly choices = ['mine', 'theirs'] as const;
  protected readonly chosen = signal<Partial<Record<DraftField, Choice>>>({});

  protected readonly explained = computed(() => {
    const recorded = this.recorded();
    return recorded?.by
      ? this.said().explained(recorded.by, formatTime(recorded.at))
      : this.said().explainedAnonymous;
  });

  protected label(choice: Choice): string {
    const { mine, theirs } = this.said();
    return choice === 'mine' ? mine : theirs(this.recorded()?.by ?? null);
  }

  protected choiceOf({ field, usual }: ConflictRow): Choice {
    return this.chosen()[field] ?? usual;
  }

  protected choose(field: DraftField, choice: Choice): void {
    this.chosen.update((chosen) => ({ ...chosen, [field]: choice }));
  }

  /** What had the focus may be gone. */
  focus(): void {
    this.#host.nativeElement.querySelector<HTMLElement>('h3')?.focus();
  }
}
