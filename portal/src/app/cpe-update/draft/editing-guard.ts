import { Injectable, inject, signal } from '@angular/core';
import type { CanDeactivateFn } from '@angular/router';
import { words } from '../../words/words.ts';

/** Whether something is typed that leaving the page would lose. */
@Injectable({ providedIn: 'root' })
export class EditingGuard {
  readonly isUnsaved = signal(false);

  constructor() {
    window.addEventListener('beforeunload', (event) => {
      if (this.isUnsaved()) event.preventDefault();
    });
  }
}

/** Asks before a page with unsaved edits is left. */
export const leaveEditing: CanDeactivateFn<unknown> = () => {
  const guard = inject(EditingGuard);
  if (guard.isUnsaved() && !window.confirm(words().cpeUpdate.leaveQuestion)) return false;
  guard.isUnsaved.set(false);
  return true;
};
