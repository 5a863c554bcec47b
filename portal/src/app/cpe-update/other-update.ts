import { Component, computed, input } from '@angular/core';
import type { CpeUpdate } from '@cpe-desk/contract';
import { fieldLabels, formatTime, kindWords } from '../shell/words.ts';
import { outcomeWords } from './words.ts';

/** The update that stands in the way of the operator's own: whose it is, what it changes and how it stands. */
@Component({
  selector: 'cpe-other-update',
  template: `
    <div class="notice warning" role="status">
      <p>
        <strong>{{ kind() }} by {{ update().by.name }}</strong> on {{ update().ticketNo }}, since
        <time [attr.datetime]="update().requestedAt">{{ time(update().requestedAt) }}</time>{{ fields() }}.
      </p>
      <p>{{ words[update().state] }}</p>
    </div>
  `,
})
export class OtherUpdate {
  readonly update = input.required<CpeUpdate>();
  protected readonly time = formatTime;
  protected readonly words = outcomeWords;
  protected readonly kind = computed(() => kindWords[this.update().kind]);
  protected readonly fields = computed(() => {
    const labels = this.update().changed.map((field) => fieldLabels[field]);
    return labels.length > 0 ? `: ${labels.join(', ')}` : '';
  });
}
