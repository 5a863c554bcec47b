import { Component, computed, input } from '@angular/core';
import type { Problem } from '../../shell/request.ts';
import { words } from '../../words/words.ts';
import { failureDetails } from './failure-details.ts';
import { wordsOfFailure } from './failure-words.ts';

/** A failure: what happened, what did not change, what to do next. */
@Component({
  selector: 'cpe-failure-panel',
  template: `
    <div class="failure" role="alert">
      <h3>{{ words().failures.happened }}</h3>
      <p>{{ said().happened }}</p>
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
      <h3>{{ words().failures.unchanged }}</h3>
      <p>{{ said().unchanged }}</p>
      <h3>{{ words().failures.next }}</h3>
      <p>{{ said().next }}</p>
      <p class="muted">
        {{ words().failures.code }} <code>{{ problem().code }}</code>@if (problem().requestId; as id) {, {{ words().failures.request }} <code>{{ id }}</code>}
      </p>
    </div>
  `,
})
export class FailurePanel {
  protected readonly words = words;
  readonly problem = input.required<Problem>();
  /** A try of this update was sent, and nothing tells whether it arrived. */
  readonly mayHaveArrived = input(false);
  protected readonly said = computed(() => wordsOfFailure(this.problem(), this.mayHaveArrived()));
  protected readonly details = computed(() => failureDetails(this.problem()));
}
