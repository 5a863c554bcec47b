import type { Policy } from '../access/policy.ts';
import type { Nig } from '../nig/nig.ts';
import type { Pool } from '../platform/database/database.ts';
import type { Readers } from '../platform/http/reading.ts';

export type TicketDeps = Readers & {
  /** For the access log. */
  db: Pool;
  policy: Policy;
  nig: Pick<Nig, 'isAvailable' | 'capabilities'>;
};
