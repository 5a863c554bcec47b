import type { Policy } from '../access/policy.ts';
import type { Pool } from '../platform/database/database.ts';
import type { Readers } from '../platform/http/reading.ts';
import type { Log } from '../platform/log.ts';

/** What a file may hold. */
export type BulkLimits = { maxBytes: number; maxRows: number };

/** What the routes and the workers of bulks need. */
export type BulkDeps = Readers & {
  db: Pool;
  policy: Policy;
  bulkLimits: BulkLimits;
  log: Log;
};
