import { Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { TicketListItem } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { formatTime, segmentGroupWords, technologyWords, yesNoWords } from '../shell/words.ts';
import { StatusBadge } from './status-badge.ts';

@Component({
  selector: 'cpe-ticket-table',
  imports: [Icon, RouterLink, StatusBadge],
  template: `
    <table class="table ticket-table">
      <caption class="visually-hidden">Tickets</caption>
      <thead>
        <tr>
          <th scope="col">Ticket</th>
          <th scope="col">Status</th>
          <th scope="col">Title</th>
          <th scope="col">Customer</th>
          <th scope="col">Segment group</th>
          <th scope="col">Technology</th>
          <th scope="col">Managed Services</th>
          <th scope="col">Editable</th>
          <th scope="col">Opened</th>
        </tr>
      </thead>
      <tbody>
        @for (ticket of tickets(); track ticket.id) {
          <tr>
            <th scope="row"><a [routerLink]="['/tickets', ticket.id]">{{ ticket.ticketNo }}</a></th>
            <td><cpe-status-badge [status]="ticket.status" /></td>
            <td class="wide">{{ ticket.title }}</td>
            <td class="wide">{{ ticket.customer }}</td>
            <td>{{ segmentGroupWords[ticket.segmentGroup] }}</td>
            <td>{{ technologyWords[ticket.technology] }}</td>
            <td>{{ yesNo(ticket.managedServices) }}</td>
            <td>
              <span class="editable" [class.yes]="ticket.editable">
                <cpe-icon [name]="ticket.editable ? 'pencil' : 'lock'" /> {{ yesNo(ticket.editable) }}
              </span>
            </td>
            <td class="nowrap"><time [attr.datetime]="ticket.openedAt">{{ time(ticket.openedAt) }}</time></td>
          </tr>
        }
      </tbody>
    </table>
  `,
})
export class TicketTable {
  readonly tickets = input.required<readonly TicketListItem[]>();
  protected readonly segmentGroupWords = segmentGroupWords;
  protected readonly technologyWords = technologyWords;
  protected readonly yesNo = yesNoWords;
  protected readonly time = formatTime;
}
