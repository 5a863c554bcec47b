import { Component, computed, input } from '@angular/core';
import type { CpePreview, NigRequest } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { valueText } from '../words/formats.ts';
import { findingWords } from '../words/problem-words.ts';
import { shownFields } from '../words/shown-fields.ts';
import { words } from '../words/words.ts';

/** A request as text: its first line, its headers, and its body with one member per line. */
const requestText = ({ method, path, headers, body }: NigRequest): string =>
  [
    `${method} ${path}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    JSON.stringify(JSON.parse(body), null, 2),
  ].join('\n');

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
      @if (unknownRequest(); as why) { <p class="muted">{{ said().requestUnknown(why) }}</p> }
      <pre class="payload" tabindex="0">{{ payload() }}</pre>
    </details>
  `,
})
export class PreviewTable {
  readonly preview = input.required<CpePreview>();
  protected readonly words = words;
  protected readonly said = computed(() => words().cpeUpdate);
  protected readonly finding = findingWords;
  protected readonly unknownRequest = computed(() => {
    const { nigRequest } = this.preview();
    return nigRequest?.known === false ? nigRequest.why : null;
  });
  protected readonly payload = computed(() => {
    const { nigRequest, nigPayload } = this.preview();
    return nigRequest?.known
      ? requestText(nigRequest.request)
      : JSON.stringify(nigPayload, null, 2);
  });
  protected readonly rows = computed(() => {
    const { changed, before, after } = this.preview();
    return shownFields(before, after).map((field) => ({
      label: words().fields[field],
      before: valueText(field, before),
      after: valueText(field, after),
      isChanged: changed.includes(field),
    }));
  });
}
