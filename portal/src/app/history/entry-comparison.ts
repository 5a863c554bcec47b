import { Component, computed, type ElementRef, input, output, viewChild } from '@angular/core';
import { changedFields, type HistoryEntry } from '@cpe-desk/contract';
import { formatExactTime, valueText } from '../words/formats.ts';
import { shownFields } from '../words/shown-fields.ts';
import { words } from '../words/words.ts';

/** The CPE after each of two entries, side by side. */
@Component({
  selector: 'cpe-entry-comparison',
  template: `
    <section class="panel" aria-labelledby="entry-comparison">
      <div class="panel-head">
        <h2 #heading id="entry-comparison" tabindex="-1">{{ said().compared(entries()[0].sequence, entries()[1].sequence) }}</h2>
        <button type="button" class="button small" (click)="closed.emit()">{{ words().shell.close }}</button>
      </div>
      @if (changed().length === 0) { <p>{{ said().sameEntries }}</p> }
      <div class="scroll-x" tabindex="0">
        <table class="table side-by-side">
          <thead>
            <tr>
              <th scope="col">{{ words().shell.field }}</th>
              @for (entry of entries(); track entry.id) { <th scope="col">{{ said().entry(entry.sequence) }}<br /><time [attr.datetime]="entry.at">{{ time(entry.at) }}</time></th> }
            </tr>
          </thead>
          <tbody>
            @for (row of rows(); track row.label) {
              <tr [class.is-same]="!row.isChanged">
                <th scope="row">{{ row.label }}</th>
                <td>@if (row.isChanged) { <del>{{ row.first }}</del> } @else { {{ row.first }} }</td>
                <td>@if (row.isChanged) { <ins>{{ row.second }}</ins> } @else { {{ row.second }} }</td>
              </tr>
            }
          </tbody>
        </table>
      </div>
    </section>
  `,
})
export class EntryComparison {
  /** The earlier entry first. */
  readonly entries = input.required<readonly [HistoryEntry, HistoryEntry]>();
  readonly closed = output();
  private readonly heading = viewChild.required<ElementRef<HTMLElement>>('heading');
  protected readonly words = words;
  protected readonly said = computed(() => words().history);
  protected readonly time = formatExactTime;
  protected readonly changed = computed(() => {
    const [first, second] = this.entries();
    return changedFields(first.after, second.after);
  });
  protected readonly rows = computed(() => {
    const [first, second] = this.entries();
    return shownFields(first.after, second.after).map((field) => ({
      label: words().fields[field],
      first: valueText(field, first.after),
      second: valueText(field, second.after),
      isChanged: this.changed().includes(field),
    }));
  });

  focus(): void {
    this.heading().nativeElement.focus();
  }
}
