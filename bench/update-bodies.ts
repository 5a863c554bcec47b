import { type CpeUpdateRequest, cpeSchema } from '@cpe-desk/contract';
import pg from 'pg';

/** A valid update: of which ticket and line, and the body that is posted. */
export type Body = { ticketId: string; lineId: string; body: CpeUpdateRequest };

/** A valid update of one ticket for each of `most` lines: the device got another address and rate. */
export const bodiesFor = async (url: string, most: number): Promise<Body[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; line: string; cpe: unknown }>(
      `select distinct on (md5(c.service_line_id)) t.id, c.service_line_id as line, h.after as cpe
         from cpe c join ctt t using (service_line_id)
         join lateral (select after from cpe_history h where h.service_line_id = c.service_line_id order by sequence desc limit 1) h on true
        order by md5(c.service_line_id), t.id limit $1`,
      [most],
    );
    return rows.map(({ id, line, cpe }) => {
      const current = cpeSchema.parse(cpe);
      const wanted = {
        ...current,
        ipAddress: current.ipAddress.replace(/^10\./, '11.'),
        bandwidth: { downKbps: 200_000, upKbps: 100_000 },
      };
      return { ticketId: id, lineId: line, body: { current, new: wanted, reason: 'Router was replaced' } };
    });
  } finally {
    await client.end();
  }
};

/** A file of bodies, for post-bodies.lua. */
export const linesOf = (bodies: readonly Body[]): string =>
  bodies
    .map(({ ticketId, body }) => `/ticket/ctt/cpe/update/${ticketId}\t${JSON.stringify(body)}\n`)
    .join('');
