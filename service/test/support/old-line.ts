import { type Pool, run, statement } from '../../src/platform/database/database.ts';

/** A line with a CPE and a ticket, in the columns that each schema from 0013 on has. */
const insertOldLine = statement<never, [lineId: string, address: string]>(
  'test-insert-old-line',
  `with line as (
     insert into service_line (id, technology, access_type, managed_services, segment_group,
                               customer, plan_down_kbps, plan_up_kbps)
     values ($1, 'FTTH', 'GPON', true, 'SME', 'Customer', 300000, 100000)),
   device as (
     insert into cpe (service_line_id, network_element_id, name, manufacturer, model, ip_address,
                      down_kbps, up_kbps, port, serial_number)
     values ($1, 'cpe-' || $1, 'CPE', 'Huawei', 'HG8245Hv5', $2, 100000, 50000, '0/1/3:12',
             'HWTC1A2B3C4D')),
   claimed as (
     insert into cpe_claim (kind, value, service_line_id) values ('ip-address', $2, $1))
   insert into ctt (id, ticket_no, status, title, opened_at, service_line_id, technology,
                    managed_services, segment_group)
   values ('t-' || $1, 'CTT-' || $1, 'inProgress', 'Title', '2026-11-01T08:00:00Z', $1, 'FTTH',
           true, 'SME')`,
);

/** Adds a line as an older release recorded it. */
export const addOldLine = async (
  db: Pool,
  lineId: string,
  address = '10.20.0.7',
): Promise<{ id: string; lineId: string }> => {
  await run(db, insertOldLine, [lineId, address]);
  return { id: `t-${lineId}`, lineId };
};
