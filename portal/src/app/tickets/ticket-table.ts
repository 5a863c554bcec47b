import {
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  effect,
  inject,
  input,
  signal,
  viewChildren,
} from '@angular/core';
import { RouterLink } from '@angular/router';
import type { TicketListItem } from '@cpe-desk/contract';
import { itemObstacleWords } from '../cpe-update/verdict.ts';
import { Icon } from '../shell/icon.ts';
import { formatTime, yesNo } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { StatusBadge } from './status-badge.ts';
import { chosenColumns } from './ticket-columns.ts';

/** Rows that are drawn, or not, together. */
const BLOCK = 20;
/** Blocks this near to what is seen are drawn already. */
const DRAW_AHEAD = '1000px';
/** Width in pixels that a column needs on average; a narrow screen scrolls sideways. */
const COLUMN_WIDTH = 134;
/** The height of a row in pixels, as the last drawn ones had it. */
let rowHeight = 38;

/**
 * The list of tickets, as long as it may be: blocks of rows that are far from what is seen give
 * their place to an empty row of the same height, so that the page stays as quick with thousands of
 * tickets as with fifty. A new block but the first is drawn once it is found to be near: the first
 * rows do not wait for the others.
 */
@Component({
  selector: 'cpe-ticket-table',
  imports: [Icon, RouterLink, StatusBadge],
  template: `
    <table class="table ticket-table" [attr.aria-rowcount]="tickets().length + 1" [style.min-width.px]="minWidth()">
      <caption class="visually-hidden">{{ words().shell.tickets }}</caption>
      <thead>
        <tr aria-rowindex="1">
          <th scope="col" class="of-ticket">{{ words().tickets.ticket }}</th>
          @for (column of columns(); track column) { <th scope="col" [class]="'of-' + column">{{ words().tickets.columns[column] }}</th> }
        </tr>
      </thead>
      @for (block of blocks(); track $index) {
        <tbody #body [attr.data-block]="$index">
          @if (gapOf($index, block.tickets.length); as height) {
            <tr aria-hidden="true"><td class="far" [attr.colspan]="columns().length + 1" [style.height.px]="height"></td></tr>
          } @else {
            @for (ticket of block.tickets; track ticket.id) {
              <tr [attr.aria-rowindex]="block.first + $index + 2">
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
                        <span class="editable" [class.yes]="ticket.canUpdate.allowed" [title]="reasons(ticket)">
                          <cpe-icon [name]="ticket.canUpdate.allowed ? 'pencil' : 'lock'" /> {{ yesNo(ticket.canUpdate.allowed) }}
                        </span>
                      </td>
                    }
                    @case ('openedAt') {
                      <td><time [attr.datetime]="ticket.openedAt">{{ time(ticket.openedAt) }}</time></td>
                    }
                  }
                }
              </tr>
            }
          }
        </tbody>
      }
    </table>
  `,
})
export class TicketTable {
  readonly tickets = input.required<readonly TicketListItem[]>();
  private readonly bodies = viewChildren<ElementRef<HTMLElement>>('body');
  protected readonly columns = chosenColumns;
  protected readonly words = words;
  protected readonly yesNo = yesNo;
  protected readonly reasons = (ticket: TicketListItem) => itemObstacleWords(ticket).join(' ');
  protected readonly time = formatTime;
  /** The heights in pixels of the blocks that are not drawn; 0 of those that are. */
  readonly #gaps = signal<ReadonlyMap<number, number>>(new Map());

  protected readonly minWidth = computed(() => (this.columns().length + 1) * COLUMN_WIDTH);

  protected readonly blocks = computed(() => {
    const tickets = this.tickets();
    return Array.from({ length: Math.ceil(tickets.length / BLOCK) }, (_, index) => ({
      first: index * BLOCK,
      tickets: tickets.slice(index * BLOCK, (index + 1) * BLOCK),
    }));
  });

  constructor() {
    const watcher = new IntersectionObserver((seen) => this.#look(seen), {
      rootMargin: DRAW_AHEAD,
    });
    inject(DestroyRef).onDestroy(() => watcher.disconnect());
    effect(() => {
      // Other tickets have other heights: each block is observed again.
      this.tickets();
      watcher.disconnect();
      for (const { nativeElement } of this.bodies()) watcher.observe(nativeElement);
    });
  }

  protected gapOf(block: number, rows: number): number {
    return this.#gaps().get(block) ?? (block === 0 ? 0 : rows * rowHeight);
  }

  #look(seen: readonly IntersectionObserverEntry[]): void {
    const gaps = new Map(this.#gaps());
    for (const { target, isIntersecting, boundingClientRect } of seen) {
      const block = Number(target.getAttribute('data-block'));
      if (target.childElementCount > 1)
        rowHeight = boundingClientRect.height / target.childElementCount;
      // What has the focus stays.
      const isDrawn = isIntersecting || target.contains(document.activeElement);
      gaps.set(block, isDrawn ? 0 : boundingClientRect.height);
    }
    this.#gaps.set(gaps);
  }
}
