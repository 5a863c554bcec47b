import {
  Component,
  computed,
  type ElementRef,
  effect,
  input,
  output,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { RouterLink } from '@angular/router';
import {
  type AttentionList,
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
import { ChangeList } from '../cpe-update/outcome/change-list.ts';
import { fieldChanges } from '../history/field-changes.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import { ReasonField } from '../shell/reason-field.ts';
import type { Problem } from '../shell/request.ts';
import { useShortcuts } from '../shell/shortcuts.ts';
import { formatAgo, formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { askNig, settleUpdate } from './attention-client.ts';
import { NigAttempts } from './nig-attempts.ts';
import { recommendOutcome } from './recommend-outcome.ts';

const outcomes = ['accepted', 'rejected'] as const;

/** An update that needs a person: what is known, what NIG says now, the form to settle it. */
@Component({
  selector: 'cpe-attention-update',
  imports: [ChangeList, NigAttempts, ProblemNotice, ReasonField, RouterLink],
  template: `
    @let it = update();
    <article class="panel" aria-labelledby="update-heading">
      <div class="panel-head">
        <h2 #heading id="update-heading" tabindex="-1"><a [routerLink]="['/tickets', it.cttId]">{{ it.ticketNo }}</a> {{ it.customer }}</h2>
        <span class="badge">{{ words().kind[it.kind] }}</span>
      </div>
      <p class="muted">
        {{ said().sentBy(it.by.name, time(it.requestedAt)) }} ({{ ago(it.requestedAt) }}), <span class="mono">{{ it.serviceLineId }}</span>
      </p>
      <cpe-change-list [changed]="it.changed" [before]="it.before" [after]="it.after" />
      @if (it.changed.length === 0) { <p class="muted">{{ said().isRefresh }}</p> }
      @if (it.reason) { <p class="reason">{{ it.reason }}</p> }
      @if (it.attention; as attention) { <p><strong>{{ said().why }}</strong> {{ attention.reason }}</p> }
      <div class="notice" [class.info]="recommended()" [class.warning]="view() && !recommended()" role="status">
        @if (view(); as view) {
          <p><strong>{{ said().nigSays[view.update] }} {{ said().nigHolds[view.holds] }}</strong></p>
          <p>{{ advice() }}</p>
        } @else if (isAsking()) {
          <p>{{ words().shell.askingNig }}</p>
        } @else {
          <p>{{ said().notAsked }}</p>
        }
        @for (difference of heldDifferences(); track difference.label) {
          <p>{{ difference.label }}, {{ said().heldByNig }}: <strong>{{ difference.after }}</strong></p>
        }
        <button type="button" class="button small" [disabled]="isAsking()" (click)="ask()">{{ said().askNig }}</button>
      </div>
      <form class="settle-form" (submit)="settle($event)" novalidate>
        <fieldset class="outcome-cards">
          <legend>{{ said().outcomeOfUpdate }}</legend>
          @for (choice of outcomes; track choice; let index = $index) {
            @if (choices().includes(choice)) {
              <label class="outcome-card">
                <input type="radio" name="outcome" [checked]="outcome() === choice" (change)="choose(choice)" />
                <span>{{ said().settleAs[choice] }}</span>
                <kbd>{{ index + 1 }}</kbd>
              </label>
            }
          }
          @if (!choices().includes('rejected')) { <p class="hint">{{ said().onlyAccepted }}</p> }
        </fieldset>
        @if (outcome() === 'accepted') {
          <div class="field">
            <label for="nig-reference">{{ said().nigReference }}</label>
            <input #typed id="nig-reference" maxlength="200" autocomplete="off" [readonly]="byNig() !== undefined" [value]="reference()" (input)="nigReference.set(typed.value)" />
          </div>
        }
        <cpe-reason-field boxId="settle-reason" [(text)]="reason">
          <p class="hint">{{ said().reasonHint }}</p>
        </cpe-reason-field>
        @if (contradicts()) {
          <label class="check caution"><input #sure type="checkbox" [checked]="isSure()" (change)="isSure.set(sure.checked)" /> {{ said().againstNig }}</label>
        }
        @if (missing(); as text) { <p class="error" role="alert">{{ text }}</p> }
        @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="settle()" /> }
        <div class="actions">
          <button type="submit" class="button primary" aria-keyshortcuts="Control+Enter" [disabled]="isSettling()">{{ said().settle }}</button>
        </div>
      </form>
      <h3>{{ said().calls(it.attempts.length) }}</h3>
      <cpe-nig-attempts [attempts]="it.attempts" />
    </article>
  `,
})
export class AttentionUpdate {
  readonly update = input.required<AttentionList['items'][number]>();
  /** Settled; the update as the service answered it. */
  readonly settled = output<CpeUpdate>();
  /** The service knows more of the update than is shown. */
  readonly outdated = output();
  private readonly heading = viewChild.required<ElementRef<HTMLElement>>('heading');
  protected readonly outcomes = outcomes;
  protected readonly outcome = signal<SettlementOutcome | null>(null);
  protected readonly nigReference = signal('');
  protected readonly reason = signal('');
  protected readonly isSure = signal(false);
  protected readonly view = signal<NigView | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly missing = signal('');
  protected readonly isAsking = signal(false);
  protected readonly isSettling = signal(false);
  protected readonly words = words;
  protected readonly said = computed(() => words().attention);
  protected readonly time = formatTime;
  protected readonly ago = (at: string) => formatAgo(at);
  /** What NIG holds now, or held when the update came here, and neither side of it has. */
  protected readonly heldDifferences = computed(() => {
    const { attention, before } = this.update();
    const held = this.view() ?? attention;
    if (held?.holds !== 'other' || held.cpe === null) return [];
    const after = completeCpe(held.cpe, before);
    return fieldChanges({ changed: changedFields(before, after), before, after });
  });
  protected readonly recommended = computed(() => {
    const view = this.view();
    return view && recommendOutcome(view);
  });
  protected readonly advice = computed(() => this.said().advice[this.recommended() ?? 'none']);
  protected readonly contradicts = computed(() => {
    const [recommended, outcome] = [this.recommended(), this.outcome()];
    return recommended !== null && outcome !== null && recommended !== outcome;
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

  constructor() {
    const updateId = computed(() => this.update().updateId);
    effect(() => {
      updateId();
      untracked(() => void this.ask());
    });
    useShortcuts([
      ...outcomes.map((outcome, index) => ({
        keys: String(index + 1),
        does: () => this.said().settleAs[outcome],
        run: () => this.#press(outcome),
        isOff: () => !this.choices().includes(outcome),
      })),
      { keys: 'Mod+Enter', does: () => this.said().settle, run: () => void this.settle() },
    ]);
  }

  focus(): void {
    this.heading().nativeElement.focus();
  }

  protected choose(outcome: SettlementOutcome): void {
    this.outcome.set(outcome);
    this.isSure.set(false);
  }

  /** Chosen by its key: what is to be typed next has the focus. */
  #press(outcome: SettlementOutcome): void {
    this.choose(outcome);
    const isReferenceMissing = outcome === 'accepted' && isBlank(this.reference());
    setTimeout(() =>
      document.getElementById(isReferenceMissing ? 'nig-reference' : 'settle-reason')?.focus(),
    );
  }

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
    if (outcome === null || !this.choices().includes(outcome)) return this.said().sayOutcome;
    if (outcome === 'accepted' && isBlank(nigReference)) return this.said().giveReference;
    if (isBlank(reason)) return words().shell.giveReason;
    if (this.contradicts() && !this.isSure()) return this.said().confirmAgainstNig;
    return outcome === 'accepted' ? { outcome, nigReference, reason } : { outcome, reason };
  }

  protected async settle(event?: Event): Promise<void> {
    event?.preventDefault();
    if (this.isSettling()) return;
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
