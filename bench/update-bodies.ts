import type { CpeUpdateRequest } from '@cpe-desk/contract';
import type { z } from 'zod';
import { type cpeColumns, cpeOf } from '../service/src/line/cpe-columns.ts';
import { rowsOf } from './rows-of.ts';

/** A valid update: its ticket, its line, and the request body. */
export type Body = { ticketId: string; lineId: string; body: CpeUpdateRequest };

type Row = z.infer<typeof cpeColumns> & { id: string; line: string };

/**
 * A valid update of one eligible ticket for each of at most `most` lines that have not had one. It
 * changes the address and the rate.
 */
export const bodiesFor = async (url: string, most: number): Promise<Body[]> => {
  const rows = await rowsOf<Row>(
    url,
    `select t.id, l.id as line, c.manufacturer, c.model, c.ip_address, c.down_kbps, c.up_kbps, c.port,
            c.serial_number, c.mac_address
       from service_line l join cpe c on c.service_line_id = l.id
       cross join lateral (select id from ctt where service_line_id = l.id and status not in ('closed', 'cancelled', 'rejected') order by id limit 1) t
      where l.technology = 'FTTH' and l.managed_services and l.segment_group <> 'CONSUMER' and c.ip_address like '10.%' order by md5(l.id) limit $1`,
    [most],
  );
  return rows.map(({ id, line, ...row }) => {
    const current = cpeOf(row);
    const wanted = {
      ...current,
      ipAddress: current.ipAddress.replace(/^10\./, '11.'),
      bandwidth: { downKbps: 200_000, upKbps: 100_000 },
    };
    return {
      ticketId: id,
      lineId: line,
      body: { current, new: wanted, reason: 'Router was replaced' },
    };
  });
};

/** Bodies as a file for post-bodies.lua. */
export const linesOf = (bodies: readonly Body[]): string =>
  bodies
    .map(({ ticketId, body }) => `/ticket/ctt/cpe/update/${ticketId}\t${JSON.stringify(body)}\n`)
    .join('');
