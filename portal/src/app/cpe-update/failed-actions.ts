import { Component, computed, inject, input } from '@angular/core';
import { words } from '../words/words.ts';
import { CpeUpdateStore } from './cpe-update-store.ts';
import { mayTryAgain, type PhaseOf, remedyOf } from './outcome/phase.ts';

/** What someone can do after a failure; what can help comes first. */
@Component({
  selector: 'cpe-failed-actions',
  template: `
    @switch (remedy()) {
      @case ('sign-in') { <a class="button primary" href="/auth/login?returnTo=/tickets" target="_blank" rel="noopener">{{ said().signInAgain }}</a> }
      @case ('load') { <button type="button" class="button primary" (click)="store.loadCurrent()">{{ said().loadCurrent }}</button> }
      @case ('overwrite') { <button type="button" class="button primary" (click)="store.overwriteNig()">{{ said().overwrite }}</button> }
      @case ('edit') { <button type="button" class="button primary" (click)="store.editRefused()">{{ said().edit }}</button> }
      @case ('back') { <button type="button" class="button primary" (click)="store.back()">{{ backLabel() }}</button> }
    }
    @if (mayTryAgain()) {
      <button type="button" class="button" [class.primary]="remedy() === 'again'" [disabled]="store.wait() > 0" (click)="store.tryAgain()">{{ said().tryAgain }}</button>
      @if (store.wait(); as seconds) { <span class="muted">{{ said().inSeconds(seconds) }}</span> }
    }
    @if (remedy() !== 'back') { <button type="button" class="button" (click)="store.back()">{{ backLabel() }}</button> }
  `,
})
export class FailedActions {
  readonly phase = input.required<PhaseOf<'failed'>>();
  protected readonly store = inject(CpeUpdateStore);
  protected readonly said = computed(() => words().cpeUpdate);
  protected readonly remedy = computed(() => remedyOf(this.phase()));
  protected readonly mayTryAgain = computed(() => mayTryAgain(this.phase()));
  protected readonly backLabel = computed(() =>
    this.phase().isEditing ? this.said().back : words().shell.cancel,
  );
}
