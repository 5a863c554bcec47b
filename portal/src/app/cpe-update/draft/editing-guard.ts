import { Injectable, signal } from '@angular/core';

/** Whether something is typed that closing the tab would lose: a draft is kept in its tab alone. */
@Injectable({ providedIn: 'root' })
export class EditingGuard {
  readonly isUnsaved = signal(false);

  constructor() {
    window.addEventListener('beforeunload', (event) => {
      if (this.isUnsaved()) event.preventDefault();
    });
  }
}
