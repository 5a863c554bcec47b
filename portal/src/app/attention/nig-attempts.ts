import { Component, input } from '@angular/core';
import type { NigAttempt } from '@cpe-desk/contract';
import { formatExactTime } from '../words/formats.ts';
import { words } from '../words/words.ts';

/** Every call to NIG about an update, the first one first. */
@Component({
  selector: 'cpe-nig-attempts',
  template: `
    <ol class="calls">
      @for (attempt of attempts(); track $index) {
        <li [class.good]="attempt.outcome === 'accepted'" [class.bad]="attempt.outcome === 'rejected'">
          <p>
            <strong>{{ words().attention.attemptCall[attempt.call] }}</strong>
            {{ words().attention.attemptOutcome[attempt.outcome] }}@if (attempt.detail) {: {{ attempt.detail }}}
          </p>
          <p class="muted">
            <time [attr.datetime]="attempt.at">{{ time(attempt.at) }}</time>, {{ attempt.ms }} ms@if (attempt.status) {, HTTP {{ attempt.status }}}@if (attempt.rule) {, {{ words().attention.rule }} {{ attempt.rule }}}
          </p>
          @if (attempt.unmatched) { <details><summary>{{ words().attention.unmatched }}</summary><pre class="payload" tabindex="0">{{ attempt.unmatched }}</pre></details> }
        </li>
      }
    </ol>
  `,
})
export class NigAttempts {
  readonly attempts = input.required<readonly NigAttempt[]>();
  protected readonly time = formatExactTime;
  protected readonly words = words;
}
