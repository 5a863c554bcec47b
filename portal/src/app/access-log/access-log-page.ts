import { Component, computed, DestroyRef, inject, signal } from '@angular/core';
import { type AccessEntry, type AccessEvent, accessEvents } from '@cpe-desk/contract';
import { Newest } from '../shell/newest.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { Skeleton } from '../shell/skeleton.ts';
import { formatExactTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { loadAccessLog } from './access-log-client.ts';

const textOf = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).join(', ') || words().accessLog.noValue : String(value);

/** Who signed in, was refused or took data out, for admins. */
@Component({
  selector: 'cpe-access-log-page',
  imports: [Skeleton, ProblemNotice],
  template: `
    <h1 tabindex="-1">{{ words().accessLog.heading }}</h1>
    <div class="field access-log-filter">
      <label for="event">{{ words().accessLog.event }}</label>
      <select #choice id="event" (change)="choose(choice.value)">
        <option value="">{{ words().accessLog.all }}</option>
        @for (each of events; track each) { <option [value]="each">{{ words().accessLog.events[each] }}</option> }
      </select>
    </div>
    @if (problem(); as problem) {
      <cpe-problem-notice [problem]="problem" (retry)="load(null)" />
    }
    @if (entries(); as entries) {
      @if (entries.length > 0) {
        <div class="panel scroll-x" tabindex="0" [attr.aria-busy]="isLoading()">
          <table class="table">
            <thead>
              <tr>@for (heading of headings(); track $index) { <th scope="col">{{ heading }}</th> }</tr>
            </thead>
            <tbody>
              @for (entry of entries; track entry.id) {
                <tr>
                  <td><time [attr.datetime]="entry.at">{{ time(entry.at) }}</time></td>
                  <td>{{ words().accessLog.events[entry.event] }}</td>
                  <td>@if (entry.by; as by) { {{ by.name }} <span class="muted">{{ by.id }}</span> } @else { <span class="muted">{{ nobody(entry) }}</span> }</td>
                  <td class="mono">{{ entry.address }}</td>
                  <td>{{ detail(entry) }}</td>
                  <td class="mono">{{ entry.requestId }}</td>
                </tr>
              }
            </tbody>
          </table>
        </div>
      } @else {
        <p class="notice">{{ words().accessLog.none }}</p>
      }
      @if (nextCursor(); as cursor) {
        <button type="button" class="button load-more" [disabled]="isLoading()" (click)="load(cursor)">{{ words().shell.loadMore }}</button>
      }
    } @else if (!problem()) {
      <cpe-skeleton [label]="words().shell.loading" />
    }
  `,
})
export class AccessLogPage {
  readonly #newest = new Newest();
  readonly #event = signal<AccessEvent | null>(null);
  protected readonly entries = signal<readonly AccessEntry[] | null>(null);
  protected readonly nextCursor = signal<string | null>(null);
  protected readonly isLoading = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly events = accessEvents;
  protected readonly words = words;
  protected readonly headings = computed(() => {
    const { when, event, who, from, detail, request } = words().accessLog;
    return [when, event, who, from, detail, request];
  });
  protected readonly time = formatExactTime;

  constructor() {
    void this.load(null);
    inject(DestroyRef).onDestroy(() => this.#newest.stop());
  }

  protected choose(value: string): void {
    this.#event.set(accessEvents.find((event) => event === value) ?? null);
    void this.load(null);
  }

  protected async load(cursor: string | null): Promise<void> {
    const signal = this.#newest.next();
    this.isLoading.set(true);
    const answer = await loadAccessLog(this.#event(), cursor, signal);
    if (signal.aborted) return;
    this.isLoading.set(false);
    this.problem.set(answer.ok ? null : answer.problem);
    if (!answer.ok) return;
    const { items, nextCursor } = answer.value;
    this.entries.set(cursor === null ? items : [...(this.entries() ?? []), ...items]);
    this.nextCursor.set(nextCursor);
  }

  /** Who it was, where no person is known. */
  protected nobody({ event }: AccessEntry): string {
    const { theDesk, nobodyKnown } = words().accessLog;
    return event === 'policy-set' ? theDesk : nobodyKnown;
  }

  /** What else an entry says: `role: operator`. */
  protected detail({ detail }: AccessEntry): string {
    return Object.entries(detail)
      .map(([name, value]) => `${name}: ${textOf(value)}`)
      .join('; ');
  }
}
