import {
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  effect,
  inject,
  input,
  output,
  signal,
  viewChildren,
} from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { TicketListItem, TicketSort } from '@cpe-desk/contract';
import { itemObstacleWords } from '../cpe-update/verdict.ts';
import { density } from '../shell/density.ts';
import { Icon } from '../shell/icon.ts';
import { formatExactTime, formatTime, yesNo } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { selected, selectOnly, toggleSelected } from './selection.ts';
import { StatusBadge } from './status-badge.ts';
import { chosenColumns, nextSort, sortOf } from './ticket-columns.ts';

/** Rows that are drawn, or not, together. */
const BLOCK = 20;
/** Blocks this near to what is seen are drawn already. */
const DRAW_AHEAD = '1000px';
/** The height of a row in pixels, as the last drawn ones had it. */
let rowHeight = 37;

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
    <table class="table ticket-table" [class.compact]="density() === 'compact'" [attr.aria-rowcount]="tickets().length + 1">
      <caption class="visually-hidden">{{ words().shell.tickets }}</caption>
      <thead>
        <tr aria-rowindex="1">
          <td class="of-tick"><input #all type="checkbox" [attr.aria-label]="words().tickets.selectAll" [checked]="areAllSelected()" (change)="selectAll(all.checked)" /></td>
          @for (column of headings(); track column.name) {
            <th scope="col" [class]="'of-' + column.name" [attr.aria-sort]="column.sorted">
              @if (column.way; as way) {
                <button type="button" class="sort" (click)="sorted.emit(next(way))">{{ column.text }} @if (column.sorted) {<cpe-icon [name]="column.sorted === 'ascending' ? 'up' : 'down'" />}</button>
              } @else { {{ column.text }} }
            </th>
          }
        </tr>
      </thead>
      @for (block of blocks(); track $index) {
        <tbody #body [attr.data-block]="$index">
          @if (gapOf($index, block.tickets.length); as height) {
            <tr aria-hidden="true"><td class="far" [attr.colspan]="columns().length + 2" [style.height.px]="height"></td></tr>
          } @else {
            @for (ticket of block.tickets; track ticket.id) {
              <tr [attr.data-id]="ticket.id" [attr.aria-rowindex]="block.first + $index + 2" [class.selected]="selected().has(ticket.id)" [class.peeked]="peeked() === ticket.id" [class.flash]="flashed().has(ticket.id)"
                (click)="open($event, ticket.id)" (auxclick)="open($event, ticket.id)">
                <td class="of-tick"><input type="checkbox" tabindex="-1" [attr.aria-label]="words().tickets.select(ticket.ticketNo)" [checked]="selected().has(ticket.id)" (change)="toggle(ticket.id)" /></td>
                <th scope="row"><a class="mono" [routerLink]="['/tickets', ticket.id]">{{ ticket.ticketNo }}</a></th>
                @for (column of columns(); track column) {
                  @switch (column) {
                    @case ('status') { <td class="is-status"><cpe-status-badge [status]="ticket.status" /></td> }
                    @case ('title') { <td class="is-title" [title]="ticket.title">{{ ticket.title }}</td> }
                    @case ('customer') { <td class="is-customer" [title]="ticket.customer">{{ ticket.customer }}</td> }
                    @case ('segmentGroup') { <td class="is-segmentGroup">{{ words().segmentGroup[ticket.segmentGroup] }}</td> }
                    @case ('technology') { <td class="is-technology">{{ words().technology[ticket.technology] }}</td> }
                    @case ('managedServices') { <td class="is-managedServices">{{ yesNo(ticket.managedServices) }}</td> }
                    @case ('editable') {
                      <td class="is-editable">
                        @if (!ticket.canUpdate.allowed) { <span class="editable" [title]="reasons(ticket)"><cpe-icon name="lock" /><span class="visually-hidden">{{ yesNo(false) }}</span></span> }
                        @else { <span class="visually-hidden">{{ yesNo(true) }}</span> }
                      </td>
                    }
                    @case ('openedAt') {
                      <td class="is-openedAt"><time [attr.datetime]="ticket.openedAt" [title]="exact(ticket.openedAt)">{{ time(ticket.openedAt) }}</time></td>
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
  /** The sort of the list, for its headings. */
  readonly sort = input.required<TicketSort>();
  /** The ticket that is shown beside the list. */
  readonly peeked = input<string | null>(null);
  /** The tickets that have just changed. */
  readonly flashed = input<ReadonlySet<string>>(new Set());
  readonly sorted = output<TicketSort>();
  readonly #router = inject(Router);
  protected readonly density = density;
  protected readonly selected = selected;
  protected readonly toggle = toggleSelected;
  protected readonly columns = chosenColumns;
  protected readonly words = words;
  protected readonly yesNo = yesNo;
  protected readonly reasons = (ticket: TicketListItem) => itemObstacleWords(ticket).join(' ');
  protected readonly time = formatTime;
  protected readonly exact = formatExactTime;
  /** The heights in pixels of the blocks that are not drawn; 0 of those that are. */
  readonly #gaps = signal<ReadonlyMap<number, number>>(new Map());

  protected readonly headings = computed(() => {
    const sort = this.sort();
    return (['ticket', ...this.columns()] as const).map((name) => {
      const way = sortOf(name);
      const sorted = sort === way ? 'ascending' : sort === `-${way}` ? 'descending' : null;
      const text = name === 'ticket' ? words().tickets.ticket : words().tickets.columns[name];
      return { name, text, way, sorted };
    });
  });
  protected readonly areAllSelected = computed(
    () => this.tickets().length > 0 && this.tickets().every(({ id }) => selected().has(id)),
  );

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

  protected next(way: 'openedAt' | 'ticketNo'): TicketSort {
    return nextSort(way, this.sort());
  }

  protected selectAll(areToBe: boolean): void {
    selectOnly(areToBe ? this.tickets().map(({ id }) => id) : []);
  }

  /** A click beside the link opens the ticket too: here, or in a tab of its own. */
  protected open(event: MouseEvent, id: string): void {
    const { target, button, ctrlKey, metaKey } = event;
    const isOwn = target instanceof Element && target.closest('a, button, input, label, .of-tick');
    if (isOwn || button > 1 || document.getSelection()?.isCollapsed === false) return;
    if (button === 1 || ctrlKey || metaKey) window.open(`/tickets/${encodeURIComponent(id)}`);
    else void this.#router.navigate(['/tickets', id]);
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
