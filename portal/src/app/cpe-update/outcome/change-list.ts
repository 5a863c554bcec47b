import { Component, computed, input } from '@angular/core';
import type { Cpe, CpeField } from '@cpe-desk/contract';
import { valueText } from '../../words/formats.ts';
import { shownFields } from '../../words/shown-fields.ts';
import { words } from '../../words/words.ts';
import { markDifferences } from './mark-differences.ts';

/** What an update changes: the changed fields, old and new; the others are folded. */
@Component({
  selector: 'cpe-change-list',
  template: `
    @if (rows().length > 0) {
      <table class="change-list">
        <caption class="visually-hidden">{{ words().history.changedFields }}</caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">{{ words().shell.field }}</th><th scope="col">{{ words().shell.before }}</th>
            <th scope="col">{{ words().shell.after }}</th>
          </tr>
        </thead>
        <tbody>
          @for (row of rows(); track row.label) {
            <tr>
              <th scope="row">{{ row.label }}</th>
              <td><del>@for (part of row.before; track $index) {<span [class.differs]="part.differs">{{ part.text }}</span>}</del></td>
              <td><ins>@for (part of row.after; track $index) {<span [class.differs]="part.differs">{{ part.text }}</span>}</ins></td>
            </tr>
          }
        </tbody>
      </table>
    }
    @if (unchanged().length > 0 && showsRest()) {
      <details class="unchanged">
        <summary>{{ words().cpeUpdate.unchangedFields(unchanged().length) }}</summary>
        <dl class="facts">
          @for (row of unchanged(); track row.label) { <dt>{{ row.label }}</dt><dd>{{ row.value }}</dd> }
        </dl>
      </details>
    }
  `,
})
export class ChangeList {
  readonly changed = input.required<readonly CpeField[]>();
  readonly before = input.required<Cpe>();
  readonly after = input.required<Cpe>();
  /** Whether the fields that stay are listed too, folded. */
  readonly showsRest = input(false);
  protected readonly words = words;

  protected readonly rows = computed(() =>
    this.changed().map((field) => ({
      label: words().fields[field],
      ...markDifferences(valueText(field, this.before()), valueText(field, this.after())),
    })),
  );

  protected readonly unchanged = computed(() =>
    shownFields(this.before(), this.after())
      .filter((field) => !this.changed().includes(field))
      .map((field) => ({
        label: words().fields[field],
        value: valueText(field, this.before()),
      })),
  );
}
