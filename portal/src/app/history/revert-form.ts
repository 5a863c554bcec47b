import { Component, computed, DestroyRef, inject, input, output, signal } from '@angular/core';
import { type Cpe, type CpeUpdateAnswer, type HistoryEntry, isBlank } from '@cpe-desk/contract';
import { FailurePanel } from '../cpe-update/failure/failure-panel.ts';
import { nigHeld } from '../cpe-update/outcome/nig-held.ts';
import { UpdateKey } from '../cpe-update/outcome/update-key.ts';
import { Icon } from '../shell/icon.ts';
import { ReasonField } from '../shell/reason-field.ts';
import type { Problem } from '../shell/request.ts';
import { words } from '../words/words.ts';
import { fieldChanges } from './field-changes.ts';
import { revertUpdate } from './history-client.ts';

const LEAVE_AFTER_MS = 10_000;

/** Takes one update back, after an explicit confirmation: by a new update through the same flow. */
@Component({
  selector: 'cpe-revert-form',
  imports: [FailurePanel, Icon, ReasonField],
  template: `
    @if (!isOpen()) {
      <button type="button" class="button proof-actions" (click)="isOpen.set(true)">{{ words().history.revert }}</button>
    } @else {
      <form class="settle-form" (submit)="send($event)" novalidate>
        <h3>{{ words().history.revertEntry(entry().sequence) }}</h3>
        @for (change of changes(); track change.label) {
          <p class="change">
            <span class="muted">{{ change.label }}:</span>
            {{ change.after }} <cpe-icon name="arrow" /><span class="visually-hidden">{{ words().shell.becomes }}</span>
            <strong>{{ change.before }}</strong>
          </p>
        }
        <cpe-reason-field [boxId]="reasonId()" [(text)]="reason" />
        @if (isMissing()) { <p class="error" role="alert">{{ words().shell.giveReason }}</p> }
        @if (problem(); as problem) { <cpe-failure-panel [problem]="problem" [mayHaveArrived]="mayHaveArrived()" /> }
        <div class="actions">
          <button type="submit" class="button primary" [disabled]="isSending()">{{ words().history.sendReversal }}</button>
          @if (nig(); as nig) {
            <button type="button" class="button" [disabled]="isSending()" (click)="send(null, nig)">{{ words().cpeUpdate.overwrite }}</button>
          }
          <button type="button" class="button" [disabled]="isSending() && !mayLeave()" (click)="close()">
            {{ mayLeave() ? words().shell.leaveRunning : words().shell.cancel }}
          </button>
          @if (isSending()) { <span role="status">{{ words().shell.askingNig }}</span> }
        </div>
      </form>
    }
  `,
})
export class RevertForm {
  protected readonly words = words;
  readonly entry = input.required<HistoryEntry>();
  readonly reverted = output<CpeUpdateAnswer>();
  readonly #key = new UpdateKey();
  protected readonly isOpen = signal(false);
  protected readonly isMissing = signal(false);
  protected readonly isSending = signal(false);
  protected readonly reason = signal('');
  protected readonly problem = signal<Problem | null>(null);
  /** What NIG holds instead, to be overwritten. */
  protected readonly nig = computed(() => nigHeld(this.problem()));
  protected readonly mayHaveArrived = signal(false);
  /** It takes long: the form may be closed, and opens again if the reversal fails. */
  protected readonly mayLeave = signal(false);
  #wait: ReturnType<typeof setTimeout> | undefined;
  protected readonly changes = computed(() => fieldChanges(this.entry()));
  protected readonly reasonId = computed(() => `revert-${this.entry().id}`);

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#wait));
  }

  protected close(): void {
    this.isOpen.set(false);
    this.problem.set(null);
  }

  protected async send(event: Event | null, nigSeen?: Cpe): Promise<void> {
    event?.preventDefault();
    this.isMissing.set(isBlank(this.reason()));
    if (this.isMissing() || this.isSending()) return;
    this.problem.set(null);
    this.isSending.set(true);
    this.#wait = setTimeout(() => this.mayLeave.set(true), LEAVE_AFTER_MS);
    const { updateId } = this.entry();
    const body = { reason: this.reason().trim(), ...(nigSeen && { nigSeen }) };
    const answer = await revertUpdate(updateId, body, this.#key.keyOf({ updateId, ...body }));
    clearTimeout(this.#wait);
    this.mayLeave.set(false);
    this.isSending.set(false);
    if (!answer.ok) {
      this.#key.failed(answer.problem.code);
      this.mayHaveArrived.set(this.#key.mayHaveArrived);
      this.problem.set(answer.problem);
      this.isOpen.set(true);
      return;
    }
    this.close();
    this.reverted.emit(answer.value);
  }
}
