import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rowsOf } from './rows-of.ts';

/** The updates that the simulator's file says were accepted. */
const acceptedByNig = async (folder: string): Promise<number> =>
  (await readFile(join(folder, 'nig-simulator.ndjson'), 'utf8'))
    .split('\n')
    .filter((line) => line.includes('"status":"accepted"')).length;

/** The updates of the last hour: those that were applied, and all others. The generator's are hours old at least. */
export type Counts = { applied: number; others: number };

/** How many updates there are; history, CPE, corp data and NIG agree with the number of applied ones, or this throws. */
export const agreedCounts = async (url: string, nigFolder: string): Promise<Counts> => {
  const [counts] = await rowsOf<Record<'updates' | 'others' | 'history' | 'corp_data', string>>(
    url,
    `select (select count(*) from cpe_update where settled_at > now() - interval '1 hour' and state = 'applied') as updates,
            (select count(*) from cpe_update where settled_at > now() - interval '1 hour' and state <> 'applied')
              + (select count(*) from cpe_update where state in ('recorded', 'accepted', 'unknown', 'needs-attention')) as others,
            (select count(*) from cpe_history where at > now() - interval '1 hour') as history,
            (select count(*) from cpe c join corp_data_temp d using (service_line_id, manufacturer, model, ip_address, port)
              where c.ip_address like '11.%' and d.down_kbps = c.down_kbps) as corp_data`,
  );
  const { updates, others, history, corp_data } = counts ?? {};
  const applied = Number(updates);
  const nig = await acceptedByNig(nigFolder);
  if ([history, corp_data, nig].some((count) => Number(count) !== applied))
    throw new Error(`They do not agree: ${JSON.stringify({ ...counts, nig })}`);
  return { applied, others: Number(others) };
};

/** After so many more were answered 200 than there were before, all agree with that, or this throws. */
export const checkAgreement = async (
  url: string,
  nigFolder: string,
  answered: number,
  before: Counts = { applied: 0, others: 0 },
): Promise<void> => {
  const { applied, others } = await agreedCounts(url, nigFolder);
  if (applied !== before.applied + answered || others !== before.others)
    throw new Error(
      `${answered} were answered 200, but: ${JSON.stringify({ before, after: { applied, others } })}`,
    );
};
