import { Component, computed, type ElementRef, effect, inject, untracked, viewChild } from '@angular/core';
import { LONGEST_REASON } from '@cpe-desk/contract';
import { CpeUpdateStore } from './cpe-update-store.ts';
import { FailurePanel } from './failure-panel.ts';
import { canTryAgain } from './failure-words.ts';
import { PreviewTable } from './preview-table.ts';
import { dialogHeading, followingWords, sendLabel } from './words.ts';

/** The explicit confirmation, the wait for NIG, and what came of it. */
@Component({
  selector: 'cpe-update-dialog',
  imports: [FailurePanel, PreviewTable],
  template: `
    <dialog #dialog class="update-dialog" aria-labelledby="update-heading" (cancel)="escape($event)" (close)="closed()">
      @if (phase(); as phase) {
        <h2 id="update-heading" #heading tabindex="-1">{{ title() }}</h2>
        @switch (phase.name) {
          @case ('checking') { <p aria-busy="true">Checking the values against the rules.</p> }
          @case ('failed') { <cpe-failure-panel [problem]="phase.problem" /> }
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
              @if (phase.problem.code === 'stale-cpe') {
                <button type="button" class="button primary" (click)="store.loadCurrent()">Load current values</button>
              }
              @if (canTryAgain(phase.problem.code)) {
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
  protected readonly following = followingWords;
  protected readonly send = sendLabel;
  protected readonly canTryAgain = canTryAgain;
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
    // Each phase is news: whoever does not see the dialog hears its heading.
    effect(() => {
      const name = this.phase()?.name;
      const heading = this.heading();
      if (name) untracked(() => heading?.nativeElement.focus());
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
