import { Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { TicketListItem } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { formatTime, yesNo } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { StatusBadge } from './status-badge.ts';
import { chosenColumns } from './ticket-columns.ts';

@Component({
  selector: 'cpe-ticket-table',
  imports: [Icon, RouterLink, StatusBadge],
  template: `
    <table class="table ticket-table">
      <caption class="visually-hidden">{{ words().shell.tickets }}</caption>
      <thead>
        <tr>
          <th scope="col">{{ words().tickets.ticket }}</th>
          @for (column of columns(); track column) { <th scope="col">{{ words().tickets.columns[column] }}</th> }
        </tr>
      </thead>
      <tbody>
        @for (ticket of tickets(); track ticket.id) {
          <tr>
            <th scope="row"><a [routerLink]="['/tickets', ticket.id]">{{ ticket.ticketNo }}</a></th>
            @for (column of columns(); track column) {
              @switch (column) {
                @case ('status') { <td><cpe-status-badge [status]="ticket.status" /></td> }
                @case ('title') { <td class="wide">{{ ticket.title }}</td> }
                @case ('customer') { <td class="wide">{{ ticket.customer }}</td> }
                @case ('segmentGroup') { <td>{{ words().segmentGroup[ticket.segmentGroup] }}</td> }
                @case ('technology') { <td>{{ words().technology[ticket.technology] }}</td> }
                @case ('managedServices') { <td>{{ yesNo(ticket.managedServices) }}</td> }
                @case ('editable') {
                  <td>
                    <span class="editable" [class.yes]="ticket.editable">
                      <cpe-icon [name]="ticket.editable ? 'pencil' : 'lock'" /> {{ yesNo(ticket.editable) }}
                    </span>
                  </td>
                }
                @case ('openedAt') {
                  <td class="nowrap"><time [attr.datetime]="ticket.openedAt">{{ time(ticket.openedAt) }}</time></td>
                }
              }
            }
          </tr>
        }
      </tbody>
    </table>
  `,
})
export class TicketTable {
  readonly tickets = input.required<readonly TicketListItem[]>();
  protected readonly columns = chosenColumns;
  protected readonly words = words;
  protected readonly yesNo = yesNo;
  protected readonly time = formatTime;
}
