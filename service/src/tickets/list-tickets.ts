import { judgeEligibility, type TicketList, type TicketListQuery } from '@cpe-desk/contract';
import type { Queryable } from '../platform/database/database.ts';
import { readCursor, writeCursor } from '../platform/http/cursor.ts';
import { textOf } from './search/match-text.ts';
import {
  allOfList,
  budgetOf,
  nextOfFilter,
  type Page,
  type PageRows,
  readRows,
  type TicketListRow,
  takenFrom,
} from './search/page-statements.ts';
import { readPageWithText, TEXT_BUDGETS, type TextBudgets } from './search/page-with-text.ts';
import { type TicketScope, visibleGroups } from './search/ticket-conditions.ts';

/**
 * Tickets that are read for one page: `near` for each ticket on it. With a text, `TextBudgets`.
 */
export type Budgets = TextBudgets & { near: number };
export const BUDGETS: Budgets = { ...TEXT_BUDGETS, near: 20 };

const readPage = async (db: Queryable, page: Page, budgets: Budgets): Promise<PageRows> => {
  const text = textOf(page.filter);
  if (text) return readPageWithText(db, page, text, budgets);
  const most = budgetOf(page, budgets.near);
  const near = await readRows(db, page, (parts) =>
    takenFrom(parts, allOfList(parts, most), parts.conditions),
  );
  if (near.length > page.limit) return { rows: near };
  return {
    rows: await readRows(db, page, (parts) => takenFrom(parts, nextOfFilter(parts, parts.length))),
  };
};

/**
 * One page of the tickets in the caller's segment groups. Undefined for a cursor of another list.
 */
export const listTickets = async (
  db: Queryable,
  { limit, sort, cursor, ...filter }: TicketListQuery,
  scope: TicketScope,
  budgets = BUDGETS,
): Promise<TicketList | undefined> => {
  const after = cursor === undefined ? [] : readCursor(cursor, sort);
  if (!after) return undefined;
  if (visibleGroups(filter, scope.scope).length === 0) return { items: [], nextCursor: null };
  const { rows, until } = await readPage(db, { limit, sort, after, filter, scope }, budgets);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const end: PageRows['until'] = rows.length > limit && last ? [last.sort_key, last.id] : until;
  return {
    items: page.map((row) => itemOf(row, scope)),
    nextCursor: end ? writeCursor(sort, end) : null,
  };
};

const itemOf = (
  row: TicketListRow,
  { editableGroups }: TicketScope,
): TicketList['items'][number] => {
  const {
    technology,
    managed_services: managedServices,
    segment_group: segmentGroup,
    status,
  } = row;
  return {
    id: row.id,
    ticketNo: row.ticket_no,
    status,
    title: row.title,
    openedAt: row.opened_at.toISOString(),
    customer: row.customer,
    ...{ segmentGroup, technology, managedServices },
    editable: judgeEligibility(
      { status, technology, managedServices, segmentGroup },
      editableGroups,
    ).editable,
  };
};
