import {
  Component,
  computed,
  type ElementRef,
  effect,
  inject,
  untracked,
  viewChild,
} from '@angular/core';
import { isUnsettled } from '@cpe-desk/contract';
import { problemWords } from '../words/problem-words.ts';
import { words } from '../words/words.ts';
import { CpeUpdateStore } from './cpe-update-store.ts';
import { ReasonStore } from './draft/reason-store.ts';
import { FailurePanel } from './failure/failure-panel.ts';
import { OtherUpdate } from './outcome/other-update.ts';
import { type DialogPhase, mayTryAgain, needsCurrent, nigToOverwrite } from './outcome/phase.ts';
import { PreviewTable } from './preview-table.ts';

/** What the dialog is about, phase by phase. */
const dialogHeading = (phase: DialogPhase | null): string => {
  const said = words().cpeUpdate;
  switch (phase?.name) {
    case 'confirming':
    case 'sending':
      return said.confirm[phase.preview.kind];
    case 'following':
      return said.openOutcome;
    case 'failed':
      return phase.other && !isUnsettled(phase.other.state)
        ? said.otherSettled
        : problemWords(phase.problem).title;
    default:
      return said.reviewing;
  }
};

/** The explicit confirmation, the wait for NIG, and the result. */
@Component({
  selector: 'cpe-update-dialog',
  imports: [FailurePanel, OtherUpdate, PreviewTable],
  template: `
    <dialog #dialog class="update-dialog" aria-labelledby="update-heading" (cancel)="escape($event)" (close)="closed()">
      @if (phase(); as phase) {
        <h2 id="update-heading" #heading tabindex="-1">{{ title() }}</h2>
        @switch (phase.name) {
          @case ('checking') { <p aria-busy="true">{{ said().checking }}</p> }
          @case ('failed') {
            <cpe-failure-panel [problem]="phase.problem" [mayHaveArrived]="phase.mayHaveArrived" />
            @if (phase.other; as other) { <cpe-other-update [update]="other" /> }
          }
          @case ('following') {
            <cpe-failure-panel class="is-open" [problem]="phase.problem" [mayHaveArrived]="true" />
            <p class="notice warning" role="status">
              {{ phase.state ? said().outcome[phase.state] : said().askingDesk }}
            </p>
          }
          @default {
            <cpe-preview-table [preview]="phase.preview" />
            <div class="field">
              <label for="update-reason">{{ words().shell.reason }}</label>
              <textarea #box id="update-reason" rows="2" aria-describedby="reason-says" [value]="reason.text()"
                [readOnly]="phase.name === 'sending'" [attr.aria-invalid]="reason.error() ? 'true' : null"
                (input)="reason.text.set(box.value)"></textarea>
              <p id="reason-says">
                @if (reason.error(); as error) { <span class="error">{{ error }}</span> }
                @else { <span class="hint">{{ said().reasonHint(reason.left()) }}</span> }
              </p>
              @if (phase.name === 'confirming' && reason.last().length > 0) {
                <div class="last-reasons" role="group" [attr.aria-label]="said().lastReasons">
                  @for (text of reason.last(); track text) {
                    <button type="button" class="count" (click)="reason.text.set(text)">{{ text }}</button>
                  }
                </div>
              }
            </div>
          }
        }
        @if (phase.name === 'sending') {
          <p class="notice" role="status">
            <span>{{ waitingFor() }} <span aria-hidden="true">{{ store.elapsed() }} s</span></span>
            <span class="muted">
              {{ said().progress[store.progress()] }}
              @if (store.mayLeave()) { {{ said().mayLeave }} }
            </span>
          </p>
        }
        <div class="actions">
          @switch (phase.name) {
            @case ('confirming') {
              <button type="button" class="button primary" (click)="store.send()">{{ said().send[phase.preview.kind] }}</button>
            }
            @case ('sending') {
              <button type="button" class="button primary" disabled>{{ said().send[phase.preview.kind] }}</button>
            }
            @case ('failed') {
              @if (phase.problem.code === 'unauthenticated') {
                <a class="button" href="/auth/login?returnTo=/tickets" target="_blank" rel="noopener">{{ said().signInAgain }}</a>
              }
              @if (needsCurrent(phase)) {
                <button type="button" class="button primary" (click)="store.loadCurrent()">{{ said().loadCurrent }}</button>
              }
              @if (nigToOverwrite(phase)) {
                <button type="button" class="button primary" (click)="store.overwriteNig()">{{ said().overwrite }}</button>
              }
              @if (mayTryAgain(phase)) {
                <button type="button" class="button primary" [disabled]="store.wait() > 0" (click)="store.tryAgain()">{{ said().tryAgain }}</button>
                @if (store.wait(); as seconds) { <span class="muted">{{ said().inSeconds(seconds) }}</span> }
              }
            }
          }
          <button type="button" class="button" [disabled]="phase.name === 'sending' && !store.mayLeave()" (click)="store.back()">{{ backLabel() }}</button>
        </div>
      }
    </dialog>
  `,
})
export class UpdateDialog {
  protected readonly store = inject(CpeUpdateStore);
  protected readonly reason = inject(ReasonStore);
  protected readonly phase = this.store.dialog;
  protected readonly words = words;
  protected readonly said = computed(() => words().cpeUpdate);
  protected readonly mayTryAgain = mayTryAgain;
  protected readonly needsCurrent = needsCurrent;
  protected readonly nigToOverwrite = nigToOverwrite;
  protected readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  protected readonly heading = viewChild<ElementRef<HTMLElement>>('heading');

  protected readonly title = computed(() => dialogHeading(this.phase()));
  protected readonly waitingFor = computed(() =>
    this.store.progress() === 'recording' ? words().shell.waitingForDesk : words().shell.askingNig,
  );
  protected readonly backLabel = computed(() => {
    const phase = this.phase();
    if (phase?.name === 'following') return words().shell.close;
    if (this.store.mayLeave()) return words().shell.leaveRunning;
    return phase?.isEditing ? words().cpeUpdate.back : words().shell.cancel;
  });

  constructor() {
    effect(() => {
      const dialog = this.dialog().nativeElement;
      const isShown = this.phase() !== null;
      if (isShown && !dialog.open) dialog.showModal();
      if (!isShown && dialog.open) dialog.close();
    });
    // Each phase is news: whoever does not see the dialog hears its heading. News within a phase
    // leaves the focus alone.
    const name = computed(() => this.phase()?.name);
    effect(() => {
      const heading = this.heading();
      if (name()) untracked(() => heading?.nativeElement.focus());
    });
  }

  /** Escape is "back", but not in the first seconds of waiting. */
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
