import { Component, computed, input } from '@angular/core';
import type { CpeUpdate } from '@cpe-desk/contract';
import { formatTime } from '../../words/formats.ts';
import { words } from '../../words/words.ts';

/** The update that stands in the way: whose it is, what it changes and how it stands. */
@Component({
  selector: 'cpe-other-update',
  template: `
    <div class="notice warning" role="status">
      <p>
        <strong>{{ words().cpeUpdate.by(update().kind, update().by.name) }}</strong>
        {{ words().cpeUpdate.on }} {{ update().ticketNo }}, {{ words().cpeUpdate.since }}
        <time [attr.datetime]="update().requestedAt">{{ time(update().requestedAt) }}</time>{{ fields() }}.
      </p>
      <p>{{ words().cpeUpdate.outcome[update().state] }}</p>
    </div>
  `,
})
export class OtherUpdate {
  readonly update = input.required<CpeUpdate>();
  protected readonly time = formatTime;
  protected readonly words = words;
  protected readonly fields = computed(() => {
    const labels = this.update().changed.map((field) => words().fields[field]);
    return labels.length > 0 ? `: ${labels.join(', ')}` : '';
  });
}
