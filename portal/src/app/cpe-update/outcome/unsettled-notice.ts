import { Component, input } from '@angular/core';
import type { UnsettledUpdate } from '@cpe-desk/contract';
import { formatTime } from '../../words/formats.ts';
import { words } from '../../words/words.ts';

/** An update of the line whose outcome is open. */
@Component({
  selector: 'cpe-unsettled-notice',
  template: `
    <div class="notice warning" role="status">
      <p>
        <strong>{{ words().cpeUpdate.notSettled(update().by) }}</strong>, {{ words().cpeUpdate.since }}
        <time [attr.datetime]="update().since">{{ time(update().since) }}</time>.
      </p>
      <p>{{ words().cpeUpdate.unsettled[update().state] }}</p>
    </div>
  `,
})
export class UnsettledNotice {
  readonly update = input.required<UnsettledUpdate>();
  protected readonly time = formatTime;
  protected readonly words = words;
}
