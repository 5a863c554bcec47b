import { Component, computed, type ElementRef, effect, inject, untracked, viewChild } from '@angular/core';
import { LONGEST_REASON } from '@cpe-desk/contract';
import { CpeUpdateStore } from './cpe-update-store.ts';
import { FailurePanel } from './failure-panel.ts';
import { OtherUpdate } from './other-update.ts';
import { mayTryAgain, needsCurrent } from './phase.ts';
import { PreviewTable } from './preview-table.ts';
import { dialogHeading, outcomeWords, sendLabel } from './words.ts';

/** The explicit confirmation, the wait for NIG, and what came of it. */
@Component({
  selector: 'cpe-update-dialog',
  imports: [FailurePanel, OtherUpdate, PreviewTable],
  template: `
    <dialog #dialog class="update-dialog" aria-labelledby="update-heading" (cancel)="escape($event)" (close)="closed()">
      @if (phase(); as phase) {
        <h2 id="update-heading" #heading tabindex="-1">{{ title() }}</h2>
        @switch (phase.name) {
          @case ('checking') { <p aria-busy="true">Checking the values against the rules.</p> }
          @case ('failed') {
            <cpe-failure-panel [problem]="phase.problem" [mayHaveArrived]="phase.mayHaveArrived" />
            @if (phase.other; as other) { <cpe-other-update [update]="other" /> }
          }
          @case ('following') {
            <cpe-failure-panel class="is-open" [problem]="phase.problem" />
            <p class="notice warning" role="status">{{ following[phase.state] }}</p>
          }
          @default {
            <cpe-preview-table [preview]="phase.preview" />
            <div class="field">
              <label for="update-reason">Reason</label>
              <textarea #reason id="update-reason" rows="2" aria-describedby="reason-says" [value]="store.reason()"
                [readOnly]="phase.name === 'sending'" [attr.aria-invalid]="store.reasonError() ? 'true' : null"
                (input)="store.reason.set(reason.value)"></textarea>
              <p id="reason-says">
                @if (store.reasonError(); as error) { <span class="error">{{ error }}</span> }
                @else { <span class="hint">Optional, for whoever reviews this later. {{ left() }} characters left.</span> }
              </p>
            </div>
          }
        }
        @if (phase.name === 'sending') {
          <p class="notice" role="status"><span>Asking NIG <span aria-hidden="true">{{ store.elapsed() }} s</span></span></p>
        }
        <div class="actions">
          @switch (phase.name) {
            @case ('confirming') {
              <button type="button" class="button primary" (click)="store.send()">{{ send(phase.preview.kind) }}</button>
            }
            @case ('sending') {
              <button type="button" class="button primary" disabled>{{ send(phase.preview.kind) }}</button>
            }
            @case ('failed') {
              @if (phase.problem.code === 'unauthenticated') {
                <a class="button" href="/auth/login?returnTo=/tickets" target="_blank" rel="noopener">Sign in again</a>
              }
              @if (needsCurrent(phase)) {
                <button type="button" class="button primary" (click)="store.loadCurrent()">Load current values</button>
              }
              @if (mayTryAgain(phase)) {
                <button type="button" class="button primary" [disabled]="store.wait() > 0" (click)="store.tryAgain()">Try again</button>
                @if (store.wait(); as seconds) { <span class="muted">in {{ seconds }} s</span> }
              }
            }
          }
          <button type="button" class="button" [disabled]="phase.name === 'sending'" (click)="store.back()">{{ backLabel() }}</button>
        </div>
      }
    </dialog>
  `,
})
export class UpdateDialog {
  protected readonly store = inject(CpeUpdateStore);
  protected readonly phase = this.store.dialog;
  protected readonly following = outcomeWords;
  protected readonly send = sendLabel;
  protected readonly mayTryAgain = mayTryAgain;
  protected readonly needsCurrent = needsCurrent;
  protected readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  protected readonly heading = viewChild<ElementRef<HTMLElement>>('heading');

  protected readonly title = computed(() => dialogHeading(this.phase()));
  protected readonly left = computed(() => LONGEST_REASON - this.store.reason().trim().length);
  protected readonly backLabel = computed(() => {
    const phase = this.phase();
    if (phase?.name === 'following') return 'Close';
    return phase?.isEditing ? 'Back to editing' : 'Cancel';
  });

  constructor() {
    effect(() => {
      const dialog = this.dialog().nativeElement;
      const isShown = this.phase() !== null;
      if (isShown && !dialog.open) dialog.showModal();
      if (!isShown && dialog.open) dialog.close();
    });
    // Each phase is news: whoever does not see the dialog hears its heading. News within a phase leaves the focus alone.
    const name = computed(() => this.phase()?.name);
    effect(() => {
      const heading = this.heading();
      if (name()) untracked(() => heading?.nativeElement.focus());
    });
  }

  /** Escape is "back", but not while NIG is asked. */
  protected escape(event: Event): void {
    event.preventDefault();
    this.store.back();
  }

  /** Browsers let a second Escape through. */
  protected closed(): void {
    if (this.phase() === null) return;
    this.store.back();
    if (this.phase() !== null) this.dialog().nativeElement.showModal();
  }
}
