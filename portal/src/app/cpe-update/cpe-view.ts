import { Component, computed, input } from '@angular/core';
import type { VersionedCpe } from '@cpe-desk/contract';
import { valueText } from '../words/formats.ts';
import { shownFields } from '../words/shown-fields.ts';
import { words } from '../words/words.ts';

/** The CPE as recorded. */
@Component({
  selector: 'cpe-view',
  template: `
    <dl class="facts">
      @for (row of rows(); track row.label) {
        <dt>{{ row.label }}</dt>
        <dd>{{ row.value }}</dd>
      }
    </dl>
  `,
})
export class CpeView {
  readonly cpe = input.required<VersionedCpe>();
  protected readonly rows = computed(() =>
    shownFields(this.cpe()).map((field) => ({
      label: words().fields[field],
      value: valueText(field, this.cpe()),
    })),
  );
}
