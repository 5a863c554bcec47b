import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rowsOf } from './rows-of.ts';

/** The updates that the simulator's file says were accepted. */
const acceptedByNig = async (folder: string): Promise<number> =>
  (await readFile(join(folder, 'nig-simulator.ndjson'), 'utf8'))
    .split('\n')
    .filter((line) => line.includes('"status":"accepted"')).length;

/** What was before: when, and how many updates NIG had accepted. */
type Since = { at: Date; nig: number };

export const now = async (nigFolder: string): Promise<Since> => ({
  at: new Date(),
  nig: await acceptedByNig(nigFolder),
});

/** History, CPE, corp data and NIG agree with the number of 200s since then, or this throws. */
export const checkAgreement = async (
  url: string,
  nigFolder: string,
  answered: number,
  since: Since,
): Promise<void> => {
  const [counts] = await rowsOf<Record<string, string>>(
    url,
    `select (select count(*) from cpe_update where settled_at > $1 and state = 'applied') as updates,
            (select count(*) from cpe_update where settled_at > $1 and state <> 'applied')
              + (select count(*) from cpe_update where state in ('recorded', 'accepted', 'unknown', 'needs-attention')) as others,
            (select count(*) from cpe_history where at > $1) as history,
            (select count(*) from cpe c join corp_data_temp d using (service_line_id, manufacturer, model, ip_address, port)
              where d.refreshed_at > $1 and c.ip_address like '11.%' and d.down_kbps = c.down_kbps) as corp_data`,
    [since.at],
  );
  const { updates, others, history, corp_data } = counts ?? {};
  const nig = (await acceptedByNig(nigFolder)) - since.nig;
  if ([updates, history, corp_data, nig].some((count) => Number(count) !== answered) || others !== '0')
    throw new Error(`${answered} were answered 200, but: ${JSON.stringify({ ...counts, nig })}`);
};
