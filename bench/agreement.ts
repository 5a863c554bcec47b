import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rowsOf } from './rows-of.ts';

/** The updates that the simulator's file says were accepted. */
const acceptedByNig = async (folder: string): Promise<number> =>
  (await readFile(join(folder, 'nig-simulator.ndjson'), 'utf8'))
    .split('\n')
    .filter((line) => line.includes('"status":"accepted"')).length;

/** History, CPE, corp data and NIG agree with the number of 200s, or this throws. */
export const checkAgreement = async (url: string, nigFolder: string, applied: number): Promise<void> => {
  const rows = await rowsOf<Record<string, string>>(
    url,
    // The generator's updates are hours old at least: only those of the last hour are looked at.
    `select (select count(*) from cpe_update where settled_at > now() - interval '1 hour' and state = 'applied') as updates,
            (select count(*) from cpe_update where settled_at > now() - interval '1 hour' and state <> 'applied')
              + (select count(*) from cpe_update where state in ('recorded', 'accepted', 'unknown', 'needs-attention')) as others,
            (select count(*) from cpe_history where at > now() - interval '1 hour') as history,
            (select count(*) from cpe c join corp_data_temp d using (service_line_id, manufacturer, model, ip_address, port)
              where c.ip_address like '11.%' and d.down_kbps = c.down_kbps) as corp_data`,
  );
  const nig = await acceptedByNig(nigFolder);
  const { updates, others, history, corp_data } = rows[0] ?? {};
  if (
    [updates, history, corp_data].some((count) => Number(count) !== applied) ||
    others !== '0' ||
    nig !== applied
  )
    throw new Error(`${applied} were answered 200, but: ${JSON.stringify({ ...rows[0], nig })}`);
};
