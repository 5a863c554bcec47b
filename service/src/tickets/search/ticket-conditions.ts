import { hash } from 'node:crypto';
import { closedStatuses, type SegmentGroup, type TicketFilter } from '@cpe-desk/contract';
import type pg from 'pg';
import { type Statement, statement } from '../../platform/database/database.ts';

/** What a caller may see, and whose CPE may be edited. */
export type TicketScope = {
  scope: readonly SegmentGroup[];
  editableGroups: readonly SegmentGroup[];
};

/** `isOfLine`: it is also one of the ticket's line, whose columns have these names too. */
type Condition = { sql: (placeholder: string) => string; value: unknown; isOfLine: boolean };

const CLOSED = closedStatuses.map((status) => `'${status}'`).join(', ');

/** `judgeEligibility` in SQL; a test compares the two over every combination. */
const editable = (wanted: boolean) => (p: string) =>
  `(t.status not in (${CLOSED}) and t.technology = 'FTTH'
    and t.managed_services and t.segment_group = any(${p}::text[])) = ${wanted}`;

/** The segment groups whose tickets can be found: of those that are asked for, the caller's. None: nothing can be found. */
export const visibleGroups = (
  { segmentGroup }: Pick<TicketFilter, 'segmentGroup'>,
  scope: readonly SegmentGroup[],
): readonly SegmentGroup[] =>
  segmentGroup ? scope.filter((group) => segmentGroup.includes(group)) : scope;

const conditionsOf = (query: TicketFilter, { scope, editableGroups }: TicketScope): Condition[] => {
  const conditions: Condition[] = [
    {
      sql: (p) => `t.segment_group = any(${p}::text[])`,
      value: visibleGroups(query, scope),
      isOfLine: true,
    },
  ];
  const add = (value: unknown, isOfLine: boolean, sql: Condition['sql']) => {
    if (value !== undefined) conditions.push({ sql, value, isOfLine });
  };
  add(query.status, false, (p) => `t.status = any(${p}::text[])`);
  add(query.technology, true, (p) => `t.technology = any(${p}::text[])`);
  add(query.managedServices, true, (p) => `t.managed_services = ${p}::boolean`);
  if (query.editable !== undefined) add(editableGroups, false, editable(query.editable));
  return conditions;
};

/**
 * The conditions of a filter, but for its text, over `t`: a ticket, or a combination in `ticket_count`; and those of them that a
 * line `t` fulfils if one of its tickets does (`isOfLineOnly`: there are no others). With their values, and places for more of these.
 */
export const ticketConditions = (query: TicketFilter, scope: TicketScope) => {
  const values: unknown[] = [];
  const place = (value: unknown) => `$${values.push(value)}`;
  const conditions = conditionsOf(query, scope).map(({ sql, value, isOfLine }) => ({
    sql: sql(place(value)),
    isOfLine,
  }));
  const joined = (some: typeof conditions) => some.map(({ sql }) => sql).join(' and ');
  const ofLine = conditions.filter(({ isOfLine }) => isOfLine);
  return {
    ...{ values, place, conditions: joined(conditions), lineConditions: joined(ofLine) },
    isOfLineOnly: ofLine.length === conditions.length,
  };
};

/** The text names itself: there are as many statements as ways to filter, each prepared when first used. */
export const ticketStatement = <Row extends pg.QueryResultRow>(
  name: string,
  text: string,
): Statement<Row, unknown[]> =>
  statement<Row, unknown[]>(`${name}-${hash('sha256', text).slice(0, 16)}`, text);
