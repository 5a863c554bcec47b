import { CORP_DATA } from '../line/corp-data.ts';
import { statement } from '../platform/database/database.ts';
import { CPE_COLUMNS, LINE_COLUMNS, TICKET_COLUMNS } from './queries.ts';

/**
 * Lines with their CPEs and corp-data temp records. `network_element_id` is null where a line has
 * no CPE.
 */
export const insertLines = statement<never, [lines: string, at: Date]>(
  'import-insert-lines',
  `with r as materialized (
     select * from jsonb_to_recordset($1) as r (
       id text, technology text, access_type text, managed_services boolean, segment_group text, customer text,
       plan_down_kbps int, plan_up_kbps int, network_element_id text, name text, manufacturer text, model text,
       ip_address text, down_kbps int, up_kbps int, port text, serial_number text, mac_address text)),
   lines as (insert into service_line (id, ${LINE_COLUMNS}) select id, ${LINE_COLUMNS} from r),
   cpes as (insert into cpe (service_line_id, ${CPE_COLUMNS}, updated_at)
            select id, ${CPE_COLUMNS}, $2 from r where network_element_id is not null)
   insert into corp_data_temp (service_line_id, ${CORP_DATA}, refreshed_at)
   select id, ${CORP_DATA}, $2 from r where network_element_id is not null`,
);

export const insertPaths = statement<never, [lineIds: string[], positions: number[], elementIds: string[]]>(
  'import-insert-paths',
  `insert into line_path (service_line_id, position, network_element_id)
   select * from unnest($1::text[], $2::smallint[], $3::text[])`,
);

export const insertClaimsOfNew = statement<never, [kinds: string[], values: string[], lineIds: string[]]>(
  'import-insert-claims',
  `insert into cpe_claim (kind, value, service_line_id)
   select * from unnest($1::text[], $2::text[], $3::text[])`,
);

export const insertTickets = statement<
  never,
  [
    ids: string[],
    ticketNos: string[],
    statuses: string[],
    titles: string[],
    openedAt: string[],
    lineIds: string[],
  ]
>(
  'import-insert-tickets',
  `insert into ctt (id, ${TICKET_COLUMNS})
   select r.*, coalesce(l.technology, ''), coalesce(l.managed_services, false), coalesce(l.segment_group, '')
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[])
            as r (id, ticket_no, status, title, opened_at, service_line_id)
     left join service_line l on l.id = r.service_line_id`,
);
