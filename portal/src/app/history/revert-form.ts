import {
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { type Cpe, type CpeUpdateAnswer, type HistoryEntry, isBlank } from '@cpe-desk/contract';
import { FailurePanel } from '../cpe-update/failure/failure-panel.ts';
import { ChangeList } from '../cpe-update/outcome/change-list.ts';
import { nigHeld } from '../cpe-update/outcome/nig-held.ts';
import { UpdateKey } from '../cpe-update/outcome/update-key.ts';
import { ReasonField } from '../shell/reason-field.ts';
import type { Problem } from '../shell/request.ts';
import { words } from '../words/words.ts';
import { revertUpdate } from './history-client.ts';
import type { RevertRefusal } from './revert-refusal.ts';

const LEAVE_AFTER_MS = 10_000;

/** Takes one update back, after an explicit confirmation: by a new update through the same flow. */
@Component({
  selector: 'cpe-revert-form',
  imports: [ChangeList, FailurePanel, ReasonField],
  template: `
    @if (!isOpen()) {
      <div class="actions proof-actions">
        <button #opener type="button" class="button small" [attr.aria-disabled]="refusal() !== null" [title]="refused()" (click)="open()">{{ words().history.revert }}</button>
        <span class="muted" role="status">{{ isAsked() ? refused() : '' }}</span>
      </div>
    } @else {
      @let it = entry();
      <form class="settle-form" (submit)="send($event)" novalidate>
        <h3 #heading tabindex="-1">{{ words().history.revertEntry(it.sequence) }}</h3>
        <cpe-change-list [changed]="it.changed" [before]="it.after" [after]="it.before" />
        <cpe-reason-field [boxId]="reasonId()" [(text)]="reason" />
        @if (isMissing()) { <p class="error" role="alert">{{ words().shell.giveReason }}</p> }
        @if (problem(); as problem) { <cpe-failure-panel [problem]="problem" [mayHaveArrived]="mayHaveArrived()" /> }
        <div class="actions">
          <button type="submit" class="button primary" [disabled]="isSending()">{{ words().history.sendReversal }}</button>
          @if (nig(); as nig) {
            <button type="button" class="button" [disabled]="isSending()" (click)="send(null, nig)">{{ words().cpeUpdate.overwrite }}</button>
          }
          <button type="button" class="button" [disabled]="isSending() && !mayLeave()" (click)="cancel()">
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
  /** Why it cannot succeed; null where it can, as far as it is known here. */
  readonly refusal = input<RevertRefusal | null>(null);
  private readonly opener = viewChild<ElementRef<HTMLElement>>('opener');
  private readonly heading = viewChild<ElementRef<HTMLElement>>('heading');
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
  /** Somebody wants to know why it is refused, without a pointer that rests on the button. */
  protected readonly isAsked = signal(false);
  protected readonly refused = computed(() => {
    const refusal = this.refusal();
    if (refusal === null) return '';
    if (refusal.because === 'refresh') return words().history.cannotRevertRefresh;
    const names = refusal.fields.map((field) => words().fields[field]);
    return words().history.cannotRevertLater(names.join(', '));
  });
  protected readonly reasonId = computed(() => `revert-${this.entry().id}`);

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#wait));
  }

  protected open(): void {
    this.isAsked.set(this.refusal() !== null);
    if (this.refusal() !== null) return;
    this.isOpen.set(true);
    setTimeout(() => this.heading()?.nativeElement.focus());
  }

  protected cancel(): void {
    this.close();
    setTimeout(() => this.opener()?.nativeElement.focus());
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
