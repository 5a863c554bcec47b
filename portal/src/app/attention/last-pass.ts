import { Component, computed, input } from '@angular/core';
import type { DriftList } from '@cpe-desk/contract';
import { formatCount, formatExactTime, formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';

/** The last comparison of all lines: when it ran, how far it is, what it found. */
@Component({
  selector: 'cpe-last-pass',
  template: `
    @if (pass(); as pass) {
      <dl class="figures">
        <div class="figure">
          <dt>{{ said().lastRun }}</dt>
          <dd><time [attr.datetime]="pass.endedAt ?? pass.startedAt" [title]="exact(pass.endedAt ?? pass.startedAt)">{{ pass.endedAt ? time(pass.endedAt) : said().runningSince(time(pass.startedAt)) }}</time></dd>
        </div>
        @for (figure of figures(); track figure.name) {
          <div class="figure"><dt>{{ figure.name }}</dt><dd>{{ figure.count }}</dd></div>
        }
      </dl>
    } @else {
      <p class="muted">{{ said().neverCompared }}</p>
    }
  `,
})
export class LastPass {
  readonly pass = input.required<DriftList['lastPass']>();
  protected readonly said = computed(() => words().attention.drift);
  protected readonly time = formatTime;
  protected readonly exact = formatExactTime;
  protected readonly figures = computed(() => {
    const pass = this.pass();
    const counts = ['compared', 'drifted', 'repaired', 'skipped', 'unanswered'] as const;
    return counts
      .filter((count) => count === 'compared' || count === 'drifted' || (pass?.[count] ?? 0) > 0)
      .map((count) => ({
        name: this.said().counts[count],
        count: formatCount(pass?.[count] ?? 0),
      }));
  });
}
