import { Component, input } from '@angular/core';
import type { NigAttempt } from '@cpe-desk/contract';
import { formatExactTime } from '../words/formats.ts';
import { words } from '../words/words.ts';

/** Every call to NIG about an update, the first one first. */
@Component({
  selector: 'cpe-nig-attempts',
  template: `
    <details>
      <summary>{{ words().attention.calls(attempts().length) }}</summary>
      <div class="scroll-x" tabindex="0">
        <table class="table">
          <thead>
            <tr><th scope="col">{{ words().attention.when }}</th><th scope="col">{{ words().attention.call }}</th><th scope="col">{{ words().attention.took }}</th><th scope="col">{{ words().attention.status }}</th><th scope="col">{{ words().attention.rule }}</th><th scope="col">{{ words().attention.outcome }}</th></tr>
          </thead>
          <tbody>
            @for (attempt of attempts(); track $index) {
              <tr>
                <td><time [attr.datetime]="attempt.at">{{ time(attempt.at) }}</time></td>
                <td>{{ words().attention.attemptCall[attempt.call] }}</td>
                <td>{{ attempt.ms }} ms</td>
                <td>{{ attempt.status ?? '–' }}</td>
                <td>{{ attempt.rule ?? '–' }}</td>
                <td>
                  {{ words().attention.attemptOutcome[attempt.outcome] }}@if (attempt.detail) {: {{ attempt.detail }}}
                  @if (attempt.unmatched) { <details><summary>{{ words().attention.unmatched }}</summary><pre class="payload" tabindex="0">{{ attempt.unmatched }}</pre></details> }
                </td>
              </tr>
            }
          </tbody>
        </table>
      </div>
    </details>
  `,
})
export class NigAttempts {
  readonly attempts = input.required<readonly NigAttempt[]>();
  protected readonly time = formatExactTime;
  protected readonly words = words;
}
