import { Component, computed, input, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { isBlank, LONGEST_VIEW_NAME } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { Menu } from '../shell/menu.ts';
import type { Problem } from '../shell/request.ts';
import { deleteView, savedViews, saveView } from '../shell/saved-views.ts';
import { caller } from '../shell/session.ts';
import { showToast } from '../shell/toasts.ts';
import { words } from '../words/words.ts';
import { chosenColumns, ticketColumns, toggleColumn } from './ticket-columns.ts';
import { filterQuery, type TicketFilters } from './ticket-filters.ts';

/** Saved views, columns, and the list as a file. */
@Component({
  selector: 'cpe-ticket-list-tools',
  imports: [Icon, Menu, RouterLink],
  template: `
    <div class="list-tools">
      <details class="menu">
        <summary class="button">{{ words().tickets.savedViews }}</summary>
        <div class="menu-body">
          <ul>
            @for (view of views(); track view.id) {
              <li>
                <a routerLink="/tickets" [queryParams]="view.query">{{ view.name }}</a>
                <button type="button" class="button quiet" [attr.aria-label]="words().tickets.deleteView(view.name)" (click)="remove(view.id)"><cpe-icon name="cross" /></button>
              </li>
            } @empty {
              <li class="muted">{{ words().tickets.noViews }}</li>
            }
          </ul>
          <form (submit)="save($event)">
            <div class="field">
              <label for="view-name">{{ words().tickets.viewName }}</label>
              <input #name id="view-name" autocomplete="off" [attr.maxlength]="longest" [value]="typed()" (input)="typed.set(name.value)" />
            </div>
            <button type="submit" class="button" [disabled]="isBlank(typed())">{{ words().tickets.saveView }}</button>
          </form>
        </div>
      </details>
      <details #menu class="menu columns-menu" (toggle)="areColumnsOpen.set(menu.open)">
        <summary class="button"><cpe-icon name="columns" /> {{ words().tickets.chooseColumns }}</summary>
        @if (areColumnsOpen()) {
        <fieldset class="menu-body">
          <legend class="visually-hidden">{{ words().tickets.columnsToShow }}</legend>
          @for (column of columns; track column) {
            <label class="check"><input type="checkbox" [checked]="chosen().includes(column)" (change)="toggle(column)" /> {{ words().tickets.columns[column] }}</label>
          }
        </fieldset>
        }
      </details>
      @if (mayExport()) {
        <details class="menu">
          <summary class="button">{{ words().tickets.export }}</summary>
          <div class="menu-body">
            <a class="menu-item" [href]="exportPath('csv')" download="tickets.csv">{{ words().tickets.exportCsv }}</a>
            <a class="menu-item" [href]="exportPath('xlsx')" download="tickets.xlsx">{{ words().tickets.exportXlsx }}</a>
          </div>
        </details>
      }
    </div>
  `,
})
export class TicketListTools {
  protected readonly words = words;
  readonly filters = input.required<TicketFilters>();
  protected readonly areColumnsOpen = signal(false);
  protected readonly typed = signal('');
  protected readonly views = savedViews;
  protected readonly columns = ticketColumns;
  protected readonly chosen = chosenColumns;
  protected readonly longest = LONGEST_VIEW_NAME;
  protected readonly isBlank = isBlank;
  protected readonly toggle = toggleColumn;
  protected readonly mayExport = computed(
    () => caller()?.actions.includes('ticket:export') ?? false,
  );
  protected exportPath(form: 'csv' | 'xlsx'): string {
    return `/ticket/ctt/export.${form}?${new URLSearchParams(filterQuery(this.filters()))}`;
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    const name = this.typed().trim();
    if (isBlank(name)) return;
    if (this.#done(await saveView({ name, query: filterQuery(this.filters()) })))
      this.typed.set('');
  }

  protected async remove(id: string): Promise<void> {
    this.#done(await deleteView(id));
  }

  #done(problem: Problem | null): boolean {
    if (problem) showToast({ text: problem.detail, tone: 'danger' });
    return problem === null;
  }
}
