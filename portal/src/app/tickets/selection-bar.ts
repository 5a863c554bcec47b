import { Component, computed, inject } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { caller } from '../shell/session.ts';
import { showToast } from '../shell/toasts.ts';
import { words } from '../words/words.ts';
import { selectedIds, selectOnly } from './selection.ts';

/** The service takes so many ids at once. */
const MOST_EXPORTED = 200;

/** What can be done with the tickets that are ticked; at the lower edge while any is. */
@Component({
  selector: 'cpe-selection-bar',
  imports: [RouterLink],
  template: `
    @if (ids().length > 0) {
      <div class="selection-bar" role="group" [attr.aria-label]="words().tickets.selection">
        <strong role="status">{{ words().tickets.selected(ids().length) }}</strong>
        <button type="button" class="button small" (click)="open()">{{ words().tickets.openSelected }}</button>
        @if (mayExport() && ids().length <= most) {
          <a class="button small" [href]="exportPath()" download="tickets.csv">{{ words().tickets.exportCsv }}</a>
        }
        @if (mayStartBulk()) {
          <a class="button small" routerLink="/bulk/new" [queryParams]="{ tickets: ids().join(',') }">{{ words().tickets.startBulk }}</a>
        }
        <button type="button" class="button quiet small" (click)="clear()">{{ words().tickets.selectNone }}</button>
      </div>
    }
  `,
})
export class SelectionBar {
  protected readonly words = words;
  protected readonly ids = selectedIds;
  protected readonly most = MOST_EXPORTED;
  readonly #router = inject(Router);
  protected readonly mayExport = computed(
    () => caller()?.actions.includes('ticket:export') ?? false,
  );
  protected readonly mayStartBulk = computed(() => {
    const hasPage = this.#router.config.some(({ path }) => path === 'bulk/new');
    return hasPage && caller()?.actions.includes('cpe-bulk:run') === true;
  });
  protected readonly exportPath = computed(
    () => `/ticket/ctt/export.csv?${new URLSearchParams({ ids: this.ids().join(',') })}`,
  );

  /** Each in a tab of its own. A browser may open the first only, until it is allowed more. */
  protected open(): void {
    const blocked = this.ids().filter(
      (id) => window.open(`/tickets/${encodeURIComponent(id)}`) === null,
    );
    if (blocked.length > 0)
      showToast({ text: words().tickets.tabsBlocked(blocked.length), tone: 'warning' });
  }

  protected clear(): void {
    selectOnly([]);
  }
}
