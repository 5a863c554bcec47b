import { Component, input } from '@angular/core';
import type { UnsettledUpdate } from '@cpe-desk/contract';
import { formatTime } from '../shell/words.ts';
import { unsettledWords } from './words.ts';

/** An update of the line whose outcome is open. */
@Component({
  selector: 'cpe-unsettled-notice',
  template: `
    <div class="notice warning" role="status">
      <p>
        <strong>An update by {{ update().by }} is not settled yet</strong>, since
        <time [attr.datetime]="update().since">{{ time(update().since) }}</time>.
      </p>
      <p>{{ words[update().state] }}</p>
    </div>
  `,
})
export class UnsettledNotice {
  readonly update = input.required<UnsettledUpdate>();
  protected readonly time = formatTime;
  protected readonly words = unsettledWords;
}
