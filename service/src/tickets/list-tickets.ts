import {
  type Action,
  canUpdateOf,
  judgeEligibility,
  judgeUpdate,
  type NetworkElementKind,
  type TicketList,
  type TicketListQuery,
} from '@cpe-desk/contract';
import { type Queryable, run } from '../platform/database/database.ts';
import { readCursor, writeCursor } from '../platform/http/cursor.ts';
import { facetsOf, type TicketScope } from './search/facets.ts';
import {
  firstOfFilter,
  firstOfList,
  lengthOf,
  listStatement,
  type Page,
  pageOf,
  partsOf,
  type TicketListRow,
} from './search/list-statements.ts';
import { type Found, type Search, searchTickets } from './search/search-tickets.ts';

/** So many tickets are looked at for each one on the page, before the filter's lists are merged. */
const NEAR = 20;

/** Who reads a list: the tickets that they see, and what they may do. */
export type ListScope = TicketScope & { actions: readonly Action[] };

/** For an export, and for tests. */
export type ListOptions = Pick<Search, 'isComplete' | 'candidates' | 'searched'> & {
  near?: number;
  /** Only these tickets, few enough for one page. */
  ids?: readonly string[];
};

/** The text that a filter searches for; undefined where it searches for nothing. */
export const textOf = ({ q }: Pick<TicketListQuery, 'q'>): string | undefined =>
  q?.trim() || undefined;

const read = (
  db: Queryable,
  page: Page,
  sourceOf: (parts: ReturnType<typeof partsOf>) => string,
) => {
  const parts = partsOf(page);
  const statement = listStatement<TicketListRow>('list-tickets', pageOf(parts, sourceOf(parts)));
  return run(db, statement, parts.values);
};

/** A page without a text: near the beginning of the list, or from the lists of each combination. */
const readPage = async (db: Queryable, page: Page, near = NEAR): Promise<Found<TicketListRow>> => {
  const rows = await read(db, page, (parts) => firstOfList(parts, near * lengthOf(page)));
  if (rows.length > page.limit) return { rows, isPartial: false };
  const merged = await read(db, page, (parts) => firstOfFilter(parts, parts, parts.length));
  return { rows: merged, isPartial: false };
};

/** The tickets with these ids that the filter leaves. */
const readChosen = async (
  db: Queryable,
  page: Page,
  ids: readonly string[],
): Promise<Found<TicketListRow>> => {
  const rows = await read(
    db,
    page,
    ({ place }) => `(select * from ctt where id = any(${place(ids)}::text[]))`,
  );
  return { rows, isPartial: false };
};

/**
 * One page of the tickets in the caller's segment groups. Undefined for a cursor of another list.
 */
export const listTickets = async (
  db: Queryable,
  { limit, sort, cursor, ...filter }: TicketListQuery,
  scope: ListScope,
  { near, ids, ...options }: ListOptions = {},
): Promise<TicketList | undefined> => {
  const after = cursor === undefined ? [] : readCursor(cursor, sort);
  if (!after) return undefined;
  const facets = facetsOf(filter, scope);
  if (facets.length === 0) return { items: [], nextCursor: null, isPartial: false };
  const page = { limit, sort, after, facets };
  const q = textOf(filter);
  const found = ids
    ? await readChosen(db, page, ids)
    : q
      ? await searchTickets<TicketListRow>({ db, q, page, scope: scope.scope, ...options }, pageOf)
      : await readPage(db, page, near);
  const rows = found.rows.slice(0, limit);
  const last = rows.at(-1);
  const end: Found<TicketListRow>['until'] =
    found.rows.length > limit && last ? [last.sort_key, last.id] : found.until;
  return {
    items: rows.map((row) => itemOf(row, scope)),
    nextCursor: end ? writeCursor(sort, end) : null,
    isPartial: found.isPartial,
  };
};

const itemOf = (
  row: TicketListRow,
  { editableGroups, actions }: ListScope,
): TicketList['items'][number] => {
  const {
    technology,
    managed_services: managedServices,
    segment_group: segmentGroup,
    status,
  } = row;
  const facts = { status, technology, managedServices, segmentGroup };
  const kinds: [NetworkElementKind, boolean][] = [
    ['OLT', row.has_olt],
    ['CPE', row.has_cpe],
  ];
  const elements = kinds.flatMap(([kind, isThere]) => (isThere ? [{ kind }] : []));
  return {
    id: row.id,
    ticketNo: row.ticket_no,
    status,
    title: row.title,
    openedAt: row.opened_at.toISOString(),
    customer: row.customer,
    ...{ segmentGroup, technology, managedServices },
    editable: judgeEligibility(facts, editableGroups).editable,
    canUpdate: canUpdateOf(judgeUpdate({ ...facts, elements, actions }, editableGroups)),
  };
};
