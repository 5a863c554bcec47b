import { Component, computed, input, output, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import {
  type CpeUpdate,
  changedFields,
  completeCpe,
  isBlank,
  type NigView,
  referenceByNig,
  type SettlementOutcome,
  type SettlementRequest,
  settleableAs,
} from '@cpe-desk/contract';
import { fieldChanges } from '../history/field-changes.ts';
import { Icon } from '../shell/icon.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import { ReasonField } from '../shell/reason-field.ts';
import type { Problem } from '../shell/request.ts';
import { formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { askNig, settleUpdate } from './attention-client.ts';
import { NigAttempts } from './nig-attempts.ts';

/** An update that needs a person: what is known, what NIG says now, the form to settle it. */
@Component({
  selector: 'cpe-attention-update',
  imports: [Icon, NigAttempts, ProblemNotice, ReasonField, RouterLink],
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
      @if (it.attention; as attention) {
        <div class="notice warning">
          <p><strong>{{ words().attention.why }}</strong> {{ attention.reason }}</p>
          <p>
            {{ words().attention.nigHolds[attention.holds] }}
            <span class="muted"><time [attr.datetime]="attention.at">{{ time(attention.at) }}</time></span>
          </p>
        </div>
      }
      @for (difference of heldDifferences(); track difference.label) {
        <p class="change">
          <span class="muted">{{ difference.label }}, {{ words().attention.heldByNig }}:</span>
          <strong>{{ difference.after }}</strong>
        </p>
      }
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
          <legend>{{ words().attention.outcomeOfUpdate }}</legend>
          @for (choice of choices(); track choice) {
            <label><input type="radio" [name]="headingId()" [checked]="outcome() === choice" (change)="outcome.set(choice)" /> {{ words().attention.settleAs[choice] }}</label>
          }
          @if (!choices().includes('rejected')) { <p class="hint">{{ words().attention.onlyAccepted }}</p> }
        </fieldset>
        @if (outcome() === 'accepted') {
          <div class="field">
            <label [attr.for]="headingId() + '-reference'">{{ words().attention.nigReference }}</label>
            <input #typed [id]="headingId() + '-reference'" maxlength="200" autocomplete="off" [readonly]="byNig() !== undefined" [value]="reference()" (input)="nigReference.set(typed.value)" />
          </div>
        }
        <cpe-reason-field [boxId]="headingId() + '-reason'" [(text)]="reason">
          <p class="hint">{{ words().attention.reasonHint }}</p>
        </cpe-reason-field>
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
  /** Settled; the update as the service answered it. */
  readonly settled = output<CpeUpdate>();
  /** The service knows more of the update than is shown. */
  readonly outdated = output();
  protected readonly outcome = signal<SettlementOutcome | null>(null);
  protected readonly nigReference = signal('');
  protected readonly reason = signal('');
  protected readonly view = signal<NigView | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly missing = signal('');
  protected readonly isAsking = signal(false);
  protected readonly isSettling = signal(false);
  protected readonly headingId = computed(() => `update-${this.update().updateId}`);
  protected readonly changes = computed(() => fieldChanges(this.update()));
  /** What NIG holds and neither side of the update has. */
  protected readonly heldDifferences = computed(() => {
    const { attention, before } = this.update();
    if (attention?.holds !== 'other' || attention.cpe === null) return [];
    const after = completeCpe(attention.cpe, before);
    return fieldChanges({ changed: changedFields(before, after), before, after });
  });
  /** The reference that NIG gave; nobody gives another. */
  protected readonly byNig = computed(() => referenceByNig(this.update()));
  protected readonly reference = computed(() => this.byNig() ?? this.nigReference());
  /** What the service takes: an update that NIG accepted is not rejected. */
  protected readonly choices = computed(() =>
    settleableAs(this.update()).filter(
      (outcome) => outcome === 'accepted' || this.view()?.update !== 'accepted',
    ),
  );
  protected readonly words = words;
  protected readonly time = formatTime;

  protected async ask(): Promise<void> {
    this.isAsking.set(true);
    const answer = await askNig(this.update().updateId);
    this.isAsking.set(false);
    this.problem.set(answer.ok ? null : answer.problem);
    if (!answer.ok) return;
    this.view.set(answer.value);
    if (answer.value.update === 'accepted' && this.byNig() === undefined) this.outdated.emit();
  }

  /** What is filled in, or what is missing. */
  #request(): SettlementRequest | string {
    const [outcome, nigReference, reason] = [
      this.outcome(),
      this.reference().trim(),
      this.reason().trim(),
    ];
    if (outcome === null || !this.choices().includes(outcome)) return words().attention.sayOutcome;
    if (outcome === 'accepted' && isBlank(nigReference)) return words().attention.giveReference;
    if (isBlank(reason)) return words().shell.giveReason;
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
    if (answer.ok) this.settled.emit(answer.value);
    else if (answer.problem.code === 'not-settleable') this.outdated.emit();
  }
}
