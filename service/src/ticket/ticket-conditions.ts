import { hash } from 'node:crypto';
import type { SegmentGroup, TicketFilter } from '@cpe-desk/contract';
import type pg from 'pg';
import { containing, type Statement, statement } from '../database.ts';

/** What a caller may see, and whose CPE may be edited. */
export type TicketScope = { scope: readonly SegmentGroup[]; editableGroups: readonly SegmentGroup[] };

type Condition = { sql: (placeholder: string) => string; value: unknown };

/** Each branch has an index of its own; an OR over three tables would have none. */
const found = (p: string) => `t.id in (
  select id from ctt where ticket_no ilike ${p}
  union all select f.id from ctt f join service_line fl on fl.id = f.service_line_id
             where fl.customer ilike ${p} or fl.id ilike ${p}
  union all select f.id from ctt f join cpe fc on fc.service_line_id = f.service_line_id
             where fc.serial_number ilike ${p} or fc.ip_address ilike ${p})`;

/** `judgeEligibility` in SQL; a test compares the two over every combination. */
const editable = (wanted: boolean) => (p: string) =>
  `(t.status not in ('closed', 'cancelled', 'rejected') and l.technology = 'FTTH'
    and l.managed_services and l.segment_group = any(${p}::text[])) = ${wanted}`;

/** The segment groups whose tickets can be found: of those that are asked for, the caller's. None: nothing can be found. */
export const visibleGroups = (
  { segmentGroup }: Pick<TicketFilter, 'segmentGroup'>,
  scope: readonly SegmentGroup[],
): readonly SegmentGroup[] => (segmentGroup ? scope.filter((group) => segmentGroup.includes(group)) : scope);

const conditionsOf = (
  query: TicketFilter,
  scope: readonly SegmentGroup[],
  editableGroups: readonly SegmentGroup[],
): Condition[] => {
  const conditions: Condition[] = [
    { sql: (p) => `l.segment_group = any(${p}::text[])`, value: visibleGroups(query, scope) },
  ];
  const add = (value: unknown, sql: Condition['sql']) => {
    if (value !== undefined) conditions.push({ sql, value });
  };
  const q = query.q?.trim();
  add(q ? containing(q) : undefined, found);
  add(query.status, (p) => `t.status = any(${p}::text[])`);
  add(query.technology, (p) => `l.technology = any(${p}::text[])`);
  add(query.managedServices, (p) => `l.managed_services = ${p}::boolean`);
  if (query.editable !== undefined) add(editableGroups, editable(query.editable));
  return conditions;
};

/** The conditions of a filter over `ctt t join service_line l`, with their values, and places for more of these. */
export const ticketConditions = (query: TicketFilter, { scope, editableGroups }: TicketScope) => {
  const values: unknown[] = [];
  const place = (value: unknown) => `$${values.push(value)}`;
  const conditions = conditionsOf(query, scope, editableGroups).map(({ sql, value }) => sql(place(value)));
  return { values, place, conditions };
};

/** The text names itself: there are as many statements as ways to filter, each prepared when first used. */
export const ticketStatement = <Row extends pg.QueryResultRow>(
  name: string,
  text: string,
): Statement<Row, unknown[]> =>
  statement<Row, unknown[]>(`${name}-${hash('sha256', text).slice(0, 16)}`, text);
