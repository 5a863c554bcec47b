import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Ticket } from '@cpe-desk/contract';
import { formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { StatusBadge } from './status-badge.ts';

@Component({
  selector: 'cpe-other-tickets-panel',
  imports: [RouterLink, StatusBadge],
  template: `
    <section class="panel" aria-labelledby="other-tickets">
      <h2 id="other-tickets">{{ said().otherTickets }}</h2>
      @if (tickets().length > 0) {
        <ul class="other-tickets">
          @for (ticket of tickets(); track ticket.id) {
            <li>
              <a [routerLink]="['/tickets', ticket.id]">{{ ticket.ticketNo }}</a>
              <cpe-status-badge [status]="ticket.status" />
              <time class="muted" [attr.datetime]="ticket.openedAt">{{ time(ticket.openedAt) }}</time>
            </li>
          }
        </ul>
      } @else {
        <p class="muted">{{ said().noOthers }}</p>
      }
    </section>
  `,
})
export class OtherTicketsPanel {
  readonly tickets = input.required<Ticket['otherTickets']>();
  protected readonly said = computed(() => words().tickets);
  protected readonly time = formatTime;
}
