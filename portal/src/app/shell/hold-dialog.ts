import { Component, type ElementRef, signal, viewChild } from '@angular/core';
import { isBlank } from '@cpe-desk/contract';
import { words } from '../words/words.ts';
import { changeHold } from './hold.ts';
import { ProblemNotice } from './problem-notice.ts';
import { ReasonField } from './reason-field.ts';
import type { Problem } from './request.ts';

/** Holds all updates, with a reason that everybody sees. */
@Component({
  selector: 'cpe-hold-dialog',
  imports: [ProblemNotice, ReasonField],
  template: `
    <dialog #dialog class="update-dialog" aria-labelledby="hold-heading">
      <h2 id="hold-heading">{{ words().shell.hold.heading }}</h2>
      <p>{{ words().shell.hold.explain }}</p>
      <form (submit)="send($event)" novalidate>
        <cpe-reason-field boxId="hold-reason" [(text)]="reason" />
        @if (isMissing()) { <p class="error" role="alert">{{ words().shell.giveReason }}</p> }
        @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="hold()" /> }
        <div class="actions">
          <button type="submit" class="button primary" [disabled]="isSending()">{{ words().shell.hold.confirm }}</button>
          <button type="button" class="button" [disabled]="isSending()" (click)="close()">{{ words().shell.cancel }}</button>
        </div>
      </form>
    </dialog>
  `,
})
export class HoldDialog {
  protected readonly words = words;
  protected readonly reason = signal('');
  protected readonly isMissing = signal(false);
  protected readonly isSending = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  open(): void {
    this.reason.set('');
    this.isMissing.set(false);
    this.problem.set(null);
    this.dialog().nativeElement.showModal();
  }

  protected close(): void {
    this.dialog().nativeElement.close();
  }

  protected send(event: Event): void {
    event.preventDefault();
    void this.hold();
  }

  protected async hold(): Promise<void> {
    this.isMissing.set(isBlank(this.reason()));
    if (this.isMissing()) return;
    this.isSending.set(true);
    const problem = await changeHold({ held: true, reason: this.reason().trim() });
    this.isSending.set(false);
    this.problem.set(problem);
    if (!problem) this.close();
  }
}
