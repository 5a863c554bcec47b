import { Component, computed, input } from '@angular/core';
import { type CpePreview, cpeFields } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { valueText } from '../words/formats.ts';
import { findingWords } from '../words/problem-words.ts';
import { words } from '../words/words.ts';

/**
 * What an update would do: each field before and after, what to look at twice, what NIG will get.
 */
@Component({
  selector: 'cpe-preview-table',
  imports: [Icon],
  template: `
    <p>{{ said().explained[preview().kind] }}</p>
    @if (preview().kind === 'swap') {
      <p class="lineage">
        {{ said().oldDevice }} <code>{{ preview().before.serialNumber }}</code>
        <cpe-icon name="arrow" /><span class="visually-hidden">{{ said().isReplacedBy }}</span>
        {{ said().newDevice }} <code>{{ preview().after.serialNumber }}</code>
      </p>
    }
    <div class="scroll-x" tabindex="0">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{{ words().shell.field }}</th><th scope="col">{{ words().shell.before }}</th>
            <th><span class="visually-hidden">{{ words().shell.becomes }}</span></th><th scope="col">{{ words().shell.after }}</th>
          </tr>
        </thead>
        <tbody>
          @for (row of rows(); track row.label) {
            <tr [class.is-same]="!row.isChanged">
              <th scope="row">{{ row.label }}</th>
              <td>{{ row.before }}</td>
              <td>@if (row.isChanged) { <cpe-icon name="arrow" /> }</td>
              <td>@if (row.isChanged) { <strong>{{ row.after }}</strong> } @else { {{ row.after }} }</td>
            </tr>
          }
        </tbody>
      </table>
    </div>
    @if (preview().warnings.length > 0) {
      <div class="notice warning">
        <p><strong>{{ said().lookTwice }}</strong></p>
        <ul>
          @for (warning of preview().warnings; track warning.pointer) { <li>{{ finding(warning) }}</li> }
        </ul>
      </div>
    }
    <details>
      <summary>{{ said().payload }}</summary>
      <pre class="payload" tabindex="0">{{ payload() }}</pre>
    </details>
  `,
})
export class PreviewTable {
  readonly preview = input.required<CpePreview>();
  protected readonly words = words;
  protected readonly said = computed(() => words().cpeUpdate);
  protected readonly finding = findingWords;
  protected readonly payload = computed(() => JSON.stringify(this.preview().nigPayload, null, 2));
  protected readonly rows = computed(() => {
    const { changed, before, after } = this.preview();
    return cpeFields.map((field) => ({
      label: words().fields[field],
      before: valueText(field, before),
      after: valueText(field, after),
      isChanged: changed.includes(field),
    }));
  });
}
