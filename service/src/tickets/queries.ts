import type { SegmentGroup } from '@cpe-desk/contract';
import { statement } from '../platform/database/database.ts';

/** The network elements on a line's path, in order, each as this JSON of the element `n`. */
const pathOf = (lineId: string, element = 'to_json(n)', json: 'json' | 'jsonb' = 'json') => `
  (select coalesce(${json}_agg(${element} order by p.position), '[]')
     from line_path p join network_element n on n.id = p.network_element_id where p.service_line_id = ${lineId})`;

/**
 * A ticket with its line, CPE, network elements and unsettled update, in one snapshot: `ticketRow`
 * of load-ticket.ts. $1 is its id, $2 the segment groups (null: any).
 */
export const TICKET = `
  select t.id, t.ticket_no, t.status, t.title, t.opened_at, t.service_line_id,
         l.technology, l.access_type, l.managed_services, l.segment_group, l.customer,
         l.plan_down_kbps, l.plan_up_kbps,
         to_json(c) as cpe,
         to_json(d) as corp_data,
         ${pathOf('l.id')} as network_elements,
         (select to_json(u) from
            (select id, state, requested_at, actor_name from cpe_update
              where service_line_id = l.id
                and state in ('recorded', 'accepted', 'unknown', 'needs-attention')) u) as unsettled_update
    from ctt t
    join service_line l on l.id = t.service_line_id
    left join cpe c on c.service_line_id = l.id
    left join corp_data_temp d on d.service_line_id = l.id
   where t.id = $1 and ($2::text[] is null or l.segment_group = any($2))`;

/** Null groups: any group, for the desk itself. */
export const selectTicket = statement<
  { ticket: unknown },
  [id: string, segmentGroups: readonly SegmentGroup[] | null]
>('select-ticket', `select to_json(found) as ticket from (${TICKET}) found`);

type NetworkRow = {
  cpe_element_id: string;
  cpe_element_name: string;
  network_elements: unknown;
};

/** The present network elements of a line. No row where it has no CPE. */
export const selectNetwork = statement<NetworkRow, [serviceLineId: string]>(
  'select-network',
  `select c.network_element_id as cpe_element_id, c.name as cpe_element_name,
          ${pathOf('c.service_line_id')} as network_elements
     from cpe c where c.service_line_id = $1`,
);

/** A row `n` as a `NetworkElement`. */
const ELEMENT = `jsonb_build_object('id', n.id, 'kind', n.kind, 'name', n.name, 'manufacturer', n.manufacturer, 'model', n.model)`;

/**
 * The network elements of a line with its CPE `c` at the end, which is the device in `device`. JSON
 * as in `NetworkElement`, to compare it with the loaded elements.
 */
export const networkElementsOf = (c: string, device: string): string => `
  ${pathOf(`${c}.service_line_id`, ELEMENT, 'jsonb')}
  || jsonb_build_object('id', ${c}.network_element_id, 'kind', 'CPE', 'name', ${c}.name,
                        'manufacturer', ${device}.manufacturer, 'model', ${device}.model)`;

export type LineContextRow = {
  recorded_at: Date | null;
  last_entry: unknown;
  others: unknown;
  addresses: string[];
};

/**
 * The context of a ticket: when its CPE was recorded and by whom, the line's other tickets, and
 * addresses of other lines on its OLT.
 */
export const selectLineContext = statement<
  LineContextRow,
  [serviceLineId: string, ticketId: string, mostOthers: number, oltId: string | null, mostAddresses: number]
>(
  'select-line-context',
  `select c.updated_at as recorded_at,
          (select jsonb_build_object('actor_name', h.actor_name, 'after', h.after) from cpe_history h
            where h.service_line_id = $1 and h.sequence = c.history_sequence and h.at = c.history_at) as last_entry,
          (select coalesce(jsonb_agg(to_jsonb(o) order by o.opened_at desc, o.id desc), '[]') from
             (select id, ticket_no, status, opened_at from ctt where service_line_id = $1 and id <> $2
               order by opened_at desc, id desc limit $3) o) as others,
          -- Any addresses will do: they show the prefixes of the lines of this OLT.
          array(select oc.ip_address from line_path p join cpe oc using (service_line_id)
                 where p.network_element_id = $4 and p.service_line_id <> $1 limit $5) as addresses
     from service_line l left join cpe c on c.service_line_id = l.id where l.id = $1`,
);
