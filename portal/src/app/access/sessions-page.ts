import { Component, computed, DestroyRef, inject, signal, viewChild } from '@angular/core';
import type { PortalSession } from '@cpe-desk/contract';
import { Newest } from '../shell/newest.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { Skeleton } from '../shell/skeleton.ts';
import { formatExactTime, formatRoles, formatSegmentGroups, formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { endPortalSession, loadSessions } from './access-client.ts';
import { ConfirmDialog } from './confirm-dialog.ts';

/** The open sessions of the portal, which an admin can end. */
@Component({
  selector: 'cpe-sessions-page',
  imports: [ConfirmDialog, ProblemNotice, Skeleton],
  template: `
    <h1 tabindex="-1">{{ words().access.sessions.heading }}</h1>
    <p>{{ words().access.sessions.explain }}</p>
    <form class="field access-log-filter" (submit)="search($event, person.value)">
      <label for="person">{{ words().access.sessions.personId }}</label>
      <input #person id="person" autocomplete="off" />
      <button type="submit" class="button">{{ words().access.sessions.show }}</button>
    </form>
    @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="load(null)" /> }
    <p role="status">@if (ended(); as name) { {{ words().access.sessions.ended(name) }} }</p>
    @if (sessions(); as sessions) {
      @if (sessions.length > 0) {
        <div class="panel scroll-x" tabindex="0" [attr.aria-busy]="isLoading()">
          <table class="table">
            <thead>
              <tr>@for (heading of headings(); track $index) { <th scope="col">{{ heading }}</th> }</tr>
            </thead>
            <tbody>
              @for (session of sessions; track session.id) {
                <tr>
                  <td>
                    {{ session.person.name }} <span class="muted">{{ session.person.id }}</span>
                    @if (session.isCurrent) { <span class="badge">{{ words().access.sessions.yours }}</span> }
                  </td>
                  <td>{{ roles(session.roles) }}</td>
                  <td>{{ groups(session.segmentGroups) }}</td>
                  @for (time of [session.createdAt, session.lastUsedAt, session.expiresAt]; track $index) {
                    <td><time [attr.datetime]="time" [title]="exact(time)">{{ short(time) }}</time></td>
                  }
                  <td>
                    <button type="button" class="button" (click)="ask(session)">
                      {{ words().access.sessions.end }}
                      <span class="visually-hidden">{{ session.person.name }}</span>
                    </button>
                  </td>
                </tr>
              }
            </tbody>
          </table>
        </div>
      } @else {
        <p class="notice">{{ words().access.sessions.none }}</p>
      }
      @if (nextCursor(); as cursor) {
        <button type="button" class="button load-more" [disabled]="isLoading()" (click)="load(cursor)">{{ words().shell.loadMore }}</button>
      }
    } @else if (!problem()) {
      <cpe-skeleton [label]="words().shell.loading" />
    }
    <cpe-confirm-dialog
      [heading]="words().access.sessions.endHeading(chosen()?.person?.name ?? '')"
      [explain]="words().access.sessions.endExplain"
      [button]="words().access.sessions.end"
      (confirmed)="end()"
    />
  `,
})
export class SessionsPage {
  readonly #newest = new Newest();
  #subject = '';
  protected readonly words = words;
  protected readonly sessions = signal<readonly PortalSession[] | null>(null);
  protected readonly nextCursor = signal<string | null>(null);
  protected readonly isLoading = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly chosen = signal<PortalSession | null>(null);
  protected readonly ended = signal<string | null>(null);
  private readonly dialog = viewChild.required(ConfirmDialog);
  protected readonly headings = computed(() => {
    const { person, roles, segmentGroups, began, lastUsed, ends, action } = words().access.columns;
    return [person, roles, segmentGroups, began, lastUsed, ends, action];
  });
  protected readonly roles = formatRoles;
  protected readonly groups = formatSegmentGroups;
  protected readonly short = formatTime;
  protected readonly exact = formatExactTime;

  constructor() {
    void this.load(null);
    inject(DestroyRef).onDestroy(() => this.#newest.stop());
  }

  protected search(event: Event, subject: string): void {
    event.preventDefault();
    this.#subject = subject.trim();
    void this.load(null);
  }

  protected async load(cursor: string | null): Promise<void> {
    const signal = this.#newest.next();
    this.isLoading.set(true);
    const answer = await loadSessions(this.#subject, cursor, signal);
    if (signal.aborted) return;
    this.isLoading.set(false);
    this.problem.set(answer.ok ? null : answer.problem);
    if (!answer.ok) return;
    const { items, nextCursor } = answer.value;
    this.sessions.set(cursor === null ? items : [...(this.sessions() ?? []), ...items]);
    this.nextCursor.set(nextCursor);
  }

  protected ask(session: PortalSession): void {
    this.chosen.set(session);
    this.dialog().open();
  }

  protected async end(): Promise<void> {
    const session = this.chosen();
    if (session === null) return;
    const answer = await endPortalSession(session.id);
    // It may have ended meanwhile, which is what was wanted.
    const isEnded = answer.ok || answer.problem.code === 'not-found';
    this.problem.set(isEnded || answer.ok ? null : answer.problem);
    if (!isEnded) return;
    this.ended.set(session.person.name);
    this.sessions.update((all) => all?.filter(({ id }) => id !== session.id) ?? null);
  }
}
