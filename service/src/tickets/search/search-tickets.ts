import type { SegmentGroup } from '@cpe-desk/contract';
import type pg from 'pg';
import { one, type Queryable, run, statement } from '../../platform/database/database.ts';
import {
  type Beginning,
  firstOfFilter,
  firstOfList,
  type Page,
  type Parts,
  partsOf,
} from './list-statements.ts';
import { exactMatch, type Match, PART, textMatch } from './match.ts';
import { type PrepareSearchRow, prepareSearch } from './search.sql.ts';

/** More candidates of an index than this are not followed: the newest tickets are searched. */
const MOST_CANDIDATES = 12_000;
/** So many tickets are searched without an index. */
const MOST_SEARCHED = 100_000;
/** What is searched, and for whom. */
export type Search = {
  db: Queryable;
  q: string;
  page: Page;
  /** The caller's segment groups. */
  scope: readonly SegmentGroup[];
  /** Searches the list to its end, a part at a time: `until` is where the next one begins. */
  isComplete?: boolean;
  candidates?: number;
  searched?: number;
};

/** The rows of a statement over the tickets `t` that match. */
export type RowsOf = (parts: Parts, tickets: string) => string;

/**
 * `isPartial`: more tickets may match than were searched. `until`: where a part of the list ends,
 * if not at its end.
 */
export type Found<Row> = {
  rows: Row[];
  isPartial: boolean;
  until?: [key: string, id: string] | undefined;
};

/**
 * `is_cut`: an index has too many candidates; `are_lines_cut`: one of lines. `is_any`: the caller
 * may see a ticket that matches exactly, whatever the filter.
 */
type Facts = { is_cut: boolean; are_lines_cut: boolean; is_any: boolean | null };

/** The tickets that match by the indexes; none where these have too many candidates. */
const findByIndex = async <Row extends pg.QueryResultRow>(
  { db, page, scope, candidates = MOST_CANDIDATES }: Search,
  { isExact, ticket, lines }: Match,
  rowsOf: RowsOf,
): Promise<Facts & { rows: Row[] }> => {
  const parts = partsOf(page);
  const { place } = parts;
  const most = `limit ${candidates + 1}`;
  const ofLines = lines.map(
    ({ table, near, exact }, n) => `
      near_${n} as materialized (select * from ${table} c where ${near(place)} ${most}),
      line_${n} as materialized (select service_line_id from near_${n} c where ${exact(place)}),`,
  );
  const isCut = (name: string) => `(select count(*) > ${candidates} from ${name})`;
  const sql = `
    with near as materialized (select * from ctt t where ${ticket.near(place)} ${most}),
    ${ofLines.join('')}
    cut as materialized (
      select are_lines_cut, are_lines_cut or ${isCut('near')} as is_cut
        from (select ${ofLines.map((_, n) => isCut(`near_${n}`)).join(' or ') || 'false'}) c (are_lines_cut)),
    line as (${ofLines.map((_, n) => `select service_line_id from line_${n}`).join(' union ') || 'select null::text as service_line_id limit 0'}),
    found as (
      select t.* from cut, near t where not is_cut and ${ticket.exact(place)}
      union all
      select t.* from cut, line l
       cross join lateral (select * from ctt where service_line_id = l.service_line_id offset 0) t
       where not is_cut and (${ticket.exact(place)}) is not true)
    select cut.*, p.*,
           ${isExact ? `exists (select from found where segment_group = any(${place(scope)}))` : 'null'} as is_any
      from cut left join (
        select row_number() over () as place, r.* from (${rowsOf(parts, 'found')}) r) p on true
     order by place`;
  type Answered = Facts & Row & { place: number | null };
  const answered = await run(db, statement<Answered, readonly unknown[]>('', sql), parts.values);
  const [first] = answered;
  if (!first) throw new Error('A search answered no facts');
  const { is_cut, is_any, are_lines_cut } = first;
  return { is_cut, is_any, are_lines_cut, rows: answered.filter((row) => row.place !== null) };
};

const NEWEST: Beginning = {
  column: 'opened_at',
  order: (of) => `order by ${of}.opened_at desc, ${of}.id desc`,
  isBeyond: () => 'true',
};

const endOfPart = async (
  db: Queryable,
  page: Page,
  searched: number,
): Promise<Found<never>['until']> => {
  const { values, column, isBeyond, order } = partsOf({ ...page, facets: [] });
  const sql = `select t.${column}::text as key, t.id from ctt t
                where ${isBeyond('t')} and $1::text[] is not null ${order('t')}
               offset ${searched - 1} limit 1`;
  const [end] = await run(db, statement<{ key: string; id: string }, unknown[]>('', sql), values);
  return end && [end.key, end.id];
};

/**
 * The tickets that match among the newest of those that the filter leaves, or of all where it
 * leaves many. `areLinesMany`: the line of each ticket is asked, not the tickets of each line.
 */
const findAmongNewest = async <Row extends pg.QueryResultRow>(
  { db, page, isComplete = false, searched = MOST_SEARCHED }: Search,
  { left, all }: PrepareSearchRow,
  { ticket, lines }: Match,
  areLinesMany: boolean,
  rowsOf: RowsOf,
): Promise<Found<Row>> => {
  const parts = partsOf(page);
  const { place } = parts;
  const beginning = isComplete ? parts : NEWEST;
  const isNarrow = left <= searched;
  const newest = isNarrow
    ? firstOfFilter(parts, beginning, searched)
    : firstOfList(beginning, searched);
  const ofLine = lines.map(({ table, near, exact }) =>
    areLinesMany
      ? `exists (select from ${table} c
                  where c.service_line_id = t.service_line_id and ${exact(place)} offset 0)`
      : `t.service_line_id in (
           select c.service_line_id from ${table} c where ${near(place)} and ${exact(place)})`,
  );
  const matching = `(select t.* from ${newest} t where ${[ticket.exact(place), ...ofLine].join(' or ')})`;
  const sql = rowsOf(parts, matching);
  const rows = await run(db, statement<Row, readonly unknown[]>('', sql), parts.values);
  const isEnd = isNarrow || all <= searched;
  if (!isComplete || isEnd) return { rows, isPartial: !isEnd };
  const isFull = rows.length >= parts.length;
  return {
    rows,
    isPartial: false,
    until: isFull ? undefined : await endOfPart(db, page, searched),
  };
};

/**
 * Searches tickets: first for an identifier, which is alone if there is one, then for a text. Where
 * the index has too many candidates, or none for so short a text, the newest tickets are searched.
 */
export const searchTickets = async <Row extends pg.QueryResultRow>(
  search: Search,
  rowsOf: RowsOf,
): Promise<Found<Row>> => {
  const { db, q, page } = search;
  const prepared = await one(db, prepareSearch, [q, page.facets]);
  const { plain, parts, all, is_filled: isFilled } = prepared;
  if (plain === '') return { rows: [], isPartial: false };
  const exact = exactMatch(q, plain);
  const found = await findByIndex<Row>(search, exact, rowsOf);
  if (found.is_cut) return findAmongNewest(search, prepared, exact, true, rowsOf);
  if (found.is_any) return { rows: found.rows, isPartial: false };

  const text = textMatch(q, plain, parts);
  if (plain.length < PART) return findAmongNewest(search, prepared, text, true, rowsOf);
  const most = search.candidates ?? MOST_CANDIDATES;
  if (prepared.is_frequent && all / 20 > most)
    return findAmongNewest(search, prepared, text, false, rowsOf);
  const byText = await findByIndex<Row>(search, text, rowsOf);
  if (byText.is_cut) return findAmongNewest(search, prepared, text, byText.are_lines_cut, rowsOf);
  return { rows: byText.rows, isPartial: !isFilled };
};
