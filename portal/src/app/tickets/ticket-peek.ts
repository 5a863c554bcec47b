import { Component, computed, effect, inject, input, output, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import { CopyButton } from '../shell/copy-button.ts';
import { Icon } from '../shell/icon.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import { Skeleton } from '../shell/skeleton.ts';
import { formatTime, valueText } from '../words/formats.ts';
import { shownFields } from '../words/shown-fields.ts';
import { words } from '../words/words.ts';
import { StatusBadge } from './status-badge.ts';
import { TicketStore } from './ticket-store.ts';

/** What people copy from a CPE. */
const copied: readonly string[] = ['serialNumber', 'macAddress', 'ipAddress', 'port'];

/** A ticket beside the list: enough to decide whether to open it. */
@Component({
  selector: 'cpe-ticket-peek',
  imports: [CopyButton, Icon, ProblemNotice, RouterLink, Skeleton, StatusBadge],
  providers: [TicketStore],
  template: `
    <aside class="panel peek" [attr.aria-label]="words().tickets.peek">
      @if (store.ticket(); as ticket) {
        <div class="panel-head">
          <h2><cpe-copy [value]="ticket.ticketNo" /></h2>
          <button type="button" class="button quiet small icon-only" [attr.aria-label]="words().shell.close" (click)="closed.emit()"><cpe-icon name="cross" /></button>
        </div>
        <p>{{ ticket.title }}</p>
        <p><cpe-status-badge [status]="ticket.status" /> <span class="muted">{{ words().tickets.opened }} {{ time(ticket.openedAt) }}</span></p>
        <dl class="facts">
          <dt>{{ words().tickets.customer }}</dt><dd>{{ ticket.serviceLine.customer }}</dd>
          <dt>{{ words().tickets.line }}</dt><dd><cpe-copy [value]="ticket.serviceLine.id" /></dd>
          @for (row of rows(); track row.field) {
            <dt>{{ row.label }}</dt>
            <dd>@if (row.isCopied) { <cpe-copy [value]="row.value" /> } @else { {{ row.value }} }</dd>
          }
        </dl>
        <a class="button primary" [routerLink]="['/tickets', ticket.id]">{{ words().tickets.openTicket }}</a>
      } @else if (store.problem(); as problem) {
        <cpe-problem-notice [problem]="problem" (retry)="store.load(id())" />
      } @else {
        <cpe-skeleton [label]="words().shell.loading" [lines]="10" />
      }
    </aside>
  `,
})
export class TicketPeek {
  readonly id = input.required<string>();
  readonly closed = output();
  protected readonly words = words;
  protected readonly time = formatTime;
  protected readonly store = inject(TicketStore);
  protected readonly rows = computed(() => {
    const cpe = this.store.ticket()?.cpe;
    if (!cpe) return [];
    return shownFields(cpe).map((field) => ({
      field,
      label: words().fields[field],
      value: valueText(field, cpe),
      isCopied: copied.includes(field),
    }));
  });

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => void this.store.load(id));
    });
  }
}
