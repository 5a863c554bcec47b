import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rowsOf } from './rows-of.ts';

/** The number of updates that the simulator's file has as accepted. */
const acceptedByNig = async (folder: string): Promise<number> =>
  (await readFile(join(folder, 'nig-simulator.ndjson'), 'utf8'))
    .split('\n')
    .filter((line) => line.includes('"status":"accepted"')).length;

/** The state before a measurement: the time, and the number of updates that NIG had accepted. */
type Baseline = { at: Date; nig: number };

export const takeBaseline = async (nigFolder: string): Promise<Baseline> => ({
  at: new Date(),
  nig: await acceptedByNig(nigFolder),
});

/**
 * Compares history, CPE, corp data and NIG with the number of 200 answers since the baseline.
 * Throws where they differ.
 */
export const checkAgreement = async (
  url: string,
  nigFolder: string,
  answered: number,
  since: Baseline,
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
  if (
    [updates, history, corp_data, nig].some((count) => Number(count) !== answered) ||
    others !== '0'
  )
    throw new Error(
      `${answered} answers were 200, but the records differ: ${JSON.stringify({ ...counts, nig })}`,
    );
};
