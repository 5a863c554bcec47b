import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Icon } from '../shell/icon.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import { formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { fieldChanges } from './field-changes.ts';
import { HistoryStore } from './history-store.ts';

/** The newest entries of the line's history, short. */
@Component({
  selector: 'cpe-recent-history-panel',
  imports: [Icon, ProblemNotice, RouterLink],
  template: `
    <section class="panel" aria-labelledby="recent-history">
      <div class="panel-head">
        <h2 id="recent-history">{{ words().history.recent }}</h2>
        <a [routerLink]="['/tickets', ticketId(), 'history']">{{ words().history.full }}</a>
      </div>
      @if (store.problem(); as problem) {
        <cpe-problem-notice [problem]="problem" (retry)="store.retry()" />
      }
      @if (entries(); as entries) {
        <ol class="recent-history" [attr.aria-busy]="store.loading()">
          @for (entry of entries; track entry.id) {
            <li>
              <p class="entry-head">
                <time [attr.datetime]="entry.at">{{ time(entry.at) }}</time>
                <strong>{{ entry.actor.name }}</strong>
                <span class="badge">{{ words().kind[entry.kind] }}</span>
              </p>
              @for (change of entry.changes; track change.label) {
                <p class="change">
                  <span class="muted">{{ change.label }}:</span>
                  {{ change.before }} <cpe-icon name="arrow" /><span class="visually-hidden">{{ words().history.now }}</span>
                  <strong>{{ change.after }}</strong>
                </p>
              } @empty {
                <p class="muted">{{ words().history.nothingChanged }}</p>
              }
              @if (entry.reason) {
                <p class="reason">{{ entry.reason }}</p>
              }
            </li>
          } @empty {
            <li class="muted">{{ words().history.none }}</li>
          }
        </ol>
      }
    </section>
  `,
})
export class RecentHistoryPanel {
  readonly ticketId = input.required<string>();
  protected readonly store = inject(HistoryStore);
  protected readonly words = words;
  protected readonly time = formatTime;
  protected readonly entries = computed(() =>
    this.store.entries()?.map((entry) => ({ ...entry, changes: fieldChanges(entry) })),
  );
}
