import type { VendorIds } from '@cpe-desk/contract';
import type { Policy } from '../access/policy.ts';
import type { DatabaseWatch } from '../incident/database-watch.ts';
import type { Nig } from '../nig/nig.ts';
import type { Commits } from '../platform/database/commits.ts';
import type { Pool } from '../platform/database/database.ts';
import type { SchemaRange } from '../platform/instances/schema-range.ts';
import type { Log } from '../platform/log.ts';
import type { WriteRetries } from './retry-writes.ts';

/** What the update flow needs. */
export type CpeUpdateDeps = {
  /** The connections of the update flow, for all writes. Its statements are never cancelled. */
  db: Pool;
  /** For reads, which are cancelled when the caller leaves. */
  reads: Pool;
  /** This instance, as an update names it: host, process and id. */
  instance: string;
  /** The schemas of the database that this instance may write to. */
  schemas: SchemaRange;
  /** Writes what only this process knows about updates, after an outage of the database. */
  later: Pick<WriteRetries, 'add'>;
  /** Whether the database confirms commits. Only then is an update recorded. */
  commits: Pick<Commits, 'areConfirmed'>;
  /** Detects that the database lost committed updates. */
  watch: Pick<DatabaseWatch, 'database' | 'examine' | 'recordSeen'>;
  nig: Nig;
  policy: Policy;
  vendorIds: VendorIds;
  /** Timeout of one call to NIG, ms. */
  nigTimeoutMs: number;
  /** How long NIG is asked about an unknown outcome before a person must settle it, ms. */
  settleDeadlineMs: number;
  log: Log;
};
