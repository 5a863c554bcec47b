import { Component, computed, input } from '@angular/core';
import { CopyButton } from '../../shell/copy-button.ts';
import type { Problem } from '../../shell/request.ts';
import { words } from '../../words/words.ts';
import { failureDetails } from './failure-details.ts';
import { wordsOfFailure } from './failure-words.ts';

/** A failure in one sentence, what is unchanged, and what to do next; the details are folded. */
@Component({
  selector: 'cpe-failure-panel',
  imports: [CopyButton],
  template: `
    <div class="failure" role="alert">
      <p><strong>{{ said().happened }}</strong> {{ said().unchanged }}</p>
      @if (details().lines.length > 0) {
        <ul>
          @for (line of details().lines; track line) { <li>{{ line }}</li> }
        </ul>
      }
      @if (details().conflicts.length > 0) {
        <div class="scroll-x" tabindex="0">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{{ words().shell.field }}</th><th scope="col">{{ words().cpeUpdate.conflict.opened }}</th>
                <th scope="col">{{ words().cpeUpdate.conflict.now }}</th><th scope="col">{{ words().cpeUpdate.conflict.wanted }}</th>
              </tr>
            </thead>
            <tbody>
              @for (row of details().conflicts; track row.label) {
                <tr><th scope="row">{{ row.label }}</th><td>{{ row.opened }}</td><td>{{ row.now }}</td><td>{{ row.wanted }}</td></tr>
              }
            </tbody>
          </table>
        </div>
      }
      <p><strong>{{ words().failures.next }}</strong> {{ said().next }}</p>
      <details class="muted">
        <summary>{{ words().failures.technical }}</summary>
        <p>{{ words().failures.code }} <cpe-copy [value]="problem().code" /></p>
        @if (problem().requestId; as id) { <p>{{ words().failures.request }} <cpe-copy [value]="id" /></p> }
      </details>
    </div>
  `,
})
export class FailurePanel {
  protected readonly words = words;
  readonly problem = input.required<Problem>();
  /** A try of this update was sent, and nothing tells whether it arrived. */
  readonly mayHaveArrived = input(false);
  /** The recorded values were sent as they are. */
  readonly isRefresh = input(false);
  protected readonly said = computed(() =>
    wordsOfFailure(this.problem(), this.mayHaveArrived(), this.isRefresh()),
  );
  protected readonly details = computed(() => failureDetails(this.problem()));
}
