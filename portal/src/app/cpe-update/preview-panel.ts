import { Component, computed, input, model } from '@angular/core';
import type { CpeField, CpePreview, NigRequest } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { findingWords } from '../words/problem-words.ts';
import { words } from '../words/words.ts';
import { ChangeList } from './outcome/change-list.ts';

/** A request as text: its first line, its headers, and its body with one member per line. */
const requestText = ({ method, path, headers, body }: NigRequest): string =>
  [
    `${method} ${path}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    JSON.stringify(JSON.parse(body), null, 2),
  ].join('\n');

/** Warnings that are a slip far more often than not, with the fields that cause them. */
const serious: Readonly<Record<string, readonly CpeField[]>> = {
  'far-below-plan': ['bandwidth'],
  'vendor-mismatch': ['manufacturer', 'serialNumber'],
};

/** Whether a preview needs the tick of someone who has checked it: what it changes is the cause. */
export const needsTick = ({ warnings, changed }: CpePreview): boolean =>
  warnings.some(({ code }) => serious[code]?.some((field) => changed.includes(field)));

/** What an update would do: the changed fields, what to check, and what NIG gets. */
@Component({
  selector: 'cpe-preview-panel',
  imports: [ChangeList, Icon],
  template: `
    <p class="muted">{{ said().explained[preview().kind] }}</p>
    <cpe-change-list [changed]="preview().changed" [before]="preview().before" [after]="preview().after" [showsRest]="true" />
    @if (preview().warnings.length > 0) {
      <div class="notice warning">
        <p><cpe-icon name="warning" /> <strong>{{ said().lookTwice }}</strong></p>
        <ul>
          @for (warning of preview().warnings; track warning.pointer + warning.code) { <li>{{ finding(warning) }}</li> }
        </ul>
        @if (mustTick()) {
          <label class="check"><input #tick type="checkbox" [checked]="isTicked()" (change)="isTicked.set(tick.checked)" /> {{ said().haveChecked }}</label>
        }
      </div>
    }
    <details>
      <summary>{{ said().payload }}</summary>
      @if (unknownRequest(); as why) { <p class="muted">{{ said().requestUnknown(why) }}</p> }
      <pre class="payload" tabindex="0">{{ payload() }}</pre>
    </details>
  `,
})
export class PreviewPanel {
  readonly preview = input.required<CpePreview>();
  readonly isTicked = model(false);
  protected readonly said = computed(() => words().cpeUpdate);
  protected readonly finding = findingWords;
  protected readonly mustTick = computed(() => needsTick(this.preview()));
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
}
