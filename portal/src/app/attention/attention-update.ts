import { Component, computed, input, output, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type CpeUpdate, LONGEST_REASON, type NigView, type SettlementRequest } from '@cpe-desk/contract';
import { fieldChanges } from '../history/field-changes.ts';
import { Icon } from '../shell/icon.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { askNig, settleUpdate } from './attention-client.ts';
import { NigAttempts } from './nig-attempts.ts';

type Outcome = SettlementRequest['outcome'];

/** One update that needs a person: what is known of it, what NIG says now, and the form to settle it. */
@Component({
  selector: 'cpe-attention-update',
  imports: [Icon, NigAttempts, ProblemNotice, RouterLink],
  template: `
    @let it = update();
    <article class="panel" [attr.aria-labelledby]="headingId()">
      <div class="panel-head">
        <h2 [id]="headingId()"><a [routerLink]="['/tickets', it.cttId]">{{ it.ticketNo }}</a></h2>
        <span class="badge warning">{{ words().kind[it.kind] }}</span>
      </div>
      <p>
        {{ words().attention.sentBy }} <strong>{{ it.by.name }}</strong> {{ words().attention.at }}
        <time [attr.datetime]="it.requestedAt">{{ time(it.requestedAt) }}</time>.
        @if (it.nig.message; as message) { {{ words().attention.lastHeard(message) }} }
      </p>
      @for (change of changes(); track change.label) {
        <p class="change">
          <span class="muted">{{ change.label }}:</span>
          {{ change.before }} <cpe-icon name="arrow" /><span class="visually-hidden">{{ words().shell.becomes }}</span>
          <strong>{{ change.after }}</strong>
        </p>
      } @empty {
        <p class="muted">{{ words().attention.isRefresh }}</p>
      }
      @if (it.reason) { <p class="reason">{{ it.reason }}</p> }
      <cpe-nig-attempts [attempts]="it.attempts" />
      <div class="actions">
        <button type="button" class="button" [disabled]="isAsking()" (click)="ask()">{{ words().attention.askNig }}</button>
        <p role="status">@if (view(); as view) { {{ words().attention.nigSays[view.update] }} {{ words().attention.nigHolds[view.holds] }} }</p>
      </div>
      <form class="settle-form" (submit)="settle($event)" novalidate>
        <fieldset class="field">
          <legend>{{ words().attention.whatBecame }}</legend>
          <label><input type="radio" [name]="headingId()" (change)="outcome.set('accepted')" /> {{ words().attention.nigTook }}</label>
          <label><input type="radio" [name]="headingId()" (change)="outcome.set('rejected')" /> {{ words().attention.nigDidNot }}</label>
        </fieldset>
        @if (outcome() === 'accepted') {
          <div class="field">
            <label [attr.for]="headingId() + '-reference'">{{ words().attention.nigReference }}</label>
            <input #reference [id]="headingId() + '-reference'" maxlength="200" autocomplete="off" [value]="nigReference()" (input)="nigReference.set(reference.value)" />
          </div>
        }
        <div class="field">
          <label [attr.for]="headingId() + '-reason'">{{ words().shell.reason }}</label>
          <textarea #why [id]="headingId() + '-reason'" rows="2" [attr.maxlength]="longest" [value]="reason()" (input)="reason.set(why.value)"></textarea>
          <p class="hint">{{ words().attention.reasonHint }}</p>
        </div>
        @if (missing(); as text) { <p class="error" role="alert">{{ text }}</p> }
        @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="settle()" /> }
        <div class="actions">
          <button type="submit" class="button primary" [disabled]="isSettling()">{{ words().attention.settle }}</button>
        </div>
      </form>
    </article>
  `,
})
export class AttentionUpdate {
  readonly update = input.required<CpeUpdate>();
  /** Settled; the update as it is now. */
  readonly settled = output<Outcome>();
  protected readonly outcome = signal<Outcome | null>(null);
  protected readonly nigReference = signal('');
  protected readonly reason = signal('');
  protected readonly view = signal<NigView | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly missing = signal('');
  protected readonly isAsking = signal(false);
  protected readonly isSettling = signal(false);
  protected readonly headingId = computed(() => `update-${this.update().updateId}`);
  protected readonly changes = computed(() => fieldChanges(this.update()));
  protected readonly words = words;
  protected readonly time = formatTime;
  protected readonly longest = LONGEST_REASON;

  protected async ask(): Promise<void> {
    this.isAsking.set(true);
    const answer = await askNig(this.update().updateId);
    this.isAsking.set(false);
    this.problem.set(answer.ok ? null : answer.problem);
    if (answer.ok) this.view.set(answer.value);
  }

  /** What is filled in, or what is missing. */
  #request(): SettlementRequest | string {
    const [outcome, nigReference, reason] = [
      this.outcome(),
      this.nigReference().trim(),
      this.reason().trim(),
    ];
    if (outcome === null) return words().attention.sayOutcome;
    if (outcome === 'accepted' && nigReference === '') return words().attention.giveReference;
    if (reason === '') return words().shell.giveReason;
    return outcome === 'accepted' ? { outcome, nigReference, reason } : { outcome, reason };
  }

  protected async settle(event?: Event): Promise<void> {
    event?.preventDefault();
    const request = this.#request();
    this.missing.set(typeof request === 'string' ? request : '');
    if (typeof request === 'string') return;
    this.isSettling.set(true);
    const answer = await settleUpdate(this.update().updateId, request);
    this.isSettling.set(false);
    this.problem.set(answer.ok ? null : answer.problem);
    if (answer.ok) this.settled.emit(request.outcome);
  }
}
