import { Component, computed, input } from '@angular/core';
import { type CpePreview, cpeFields } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { fieldLabels, valueText } from '../shell/words.ts';
import { kindExplained } from './words.ts';

/** What an update would do: each changed field before and after, what to look at twice, what NIG will get. */
@Component({
  selector: 'cpe-preview-table',
  imports: [Icon],
  template: `
    <p>{{ explained() }}</p>
    @if (preview().kind === 'swap') {
      <p class="lineage">
        Old device <code>{{ preview().before.serialNumber }}</code>
        <cpe-icon name="arrow" /><span class="visually-hidden">is replaced by</span>
        new device <code>{{ preview().after.serialNumber }}</code>
      </p>
    }
    <div class="scroll-x">
      <table class="table">
        <thead>
          <tr><th scope="col">Field</th><th scope="col">Before</th><th><span class="visually-hidden">becomes</span></th><th scope="col">After</th></tr>
        </thead>
        <tbody>
          @for (row of rows(); track row.label) {
            <tr>
              <th scope="row">{{ row.label }}</th>
              <td>{{ row.before }}</td>
              <td><cpe-icon name="arrow" /></td>
              <td>@if (row.isChanged) { <strong>{{ row.after }}</strong> } @else { {{ row.after }} }</td>
            </tr>
          }
        </tbody>
      </table>
    </div>
    @if (preview().warnings.length > 0) {
      <div class="notice warning">
        <p><strong>Look twice</strong></p>
        <ul>
          @for (warning of preview().warnings; track warning.pointer) { <li>{{ warning.detail }}</li> }
        </ul>
      </div>
    }
    <details>
      <summary>What NIG will get</summary>
      <pre class="payload">{{ payload() }}</pre>
    </details>
  `,
})
export class PreviewTable {
  readonly preview = input.required<CpePreview>();
  protected readonly explained = computed(() => kindExplained[this.preview().kind]);
  protected readonly payload = computed(() => JSON.stringify(this.preview().nigPayload, null, 2));
  protected readonly rows = computed(() => {
    const { kind, changed, before, after } = this.preview();
    return cpeFields
      .filter((field) => kind === 'refresh' || changed.includes(field))
      .map((field) => ({
        label: fieldLabels[field],
        before: valueText(field, before),
        after: valueText(field, after),
        isChanged: changed.includes(field),
      }));
  });
}
