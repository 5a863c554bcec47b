import { one, statement } from '../../src/platform/database/database.ts';
import type { TestDesk } from './desk.ts';

const countRows = statement<{ updates: number; claims: number; keys: number; entries: number }>(
  'test-count-rows',
  `select (select count(*) from cpe_update) as updates, (select count(*) from cpe_claim) as claims,
          (select count(*) from idempotency_key) as keys, (select count(*) from cpe_history) as entries`,
);

/** The traces that an update leaves: rows, and requests to NIG. */
export const tracesOf = async ({ db, nig }: Pick<TestDesk, 'db' | 'nig'>) => ({
  rows: await one(db, countRows, []),
  nig: (await nig.log()).length,
});
