import { Component, input } from '@angular/core';
import type { NigAttempt } from '@cpe-desk/contract';
import { formatExactTime } from '../shell/words.ts';
import { attemptCallWords, attemptOutcomeWords, attemptsSummary } from './words.ts';

/** Every call to NIG about an update, the first one first. */
@Component({
  selector: 'cpe-nig-attempts',
  template: `
    <details>
      <summary>{{ summary(attempts().length) }}</summary>
      <div class="scroll-x">
        <table class="table">
          <thead>
            <tr><th scope="col">When</th><th scope="col">Call</th><th scope="col">Took</th><th scope="col">What came of it</th></tr>
          </thead>
          <tbody>
            @for (attempt of attempts(); track $index) {
              <tr>
                <td><time [attr.datetime]="attempt.at">{{ time(attempt.at) }}</time></td>
                <td>{{ calls[attempt.call] }}</td>
                <td>{{ attempt.ms }} ms</td>
                <td>{{ outcomes[attempt.outcome] }}@if (attempt.detail) {: {{ attempt.detail }}}</td>
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
  protected readonly calls = attemptCallWords;
  protected readonly outcomes = attemptOutcomeWords;
  protected readonly summary = attemptsSummary;
}
