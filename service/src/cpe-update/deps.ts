import type { VendorIds } from '@cpe-desk/contract';
import type { Policy } from '../access/policy.ts';
import type { DatabaseWatch } from '../incident/database-watch.ts';
import type { Nig } from '../nig/nig.ts';
import type { Commits } from '../platform/database/commits.ts';
import type { Pool } from '../platform/database/database.ts';
import type { SchemaRange } from '../platform/instances/schema-range.ts';
import type { Log } from '../platform/log.ts';
import type { FinishLater } from './finish-later.ts';

/** What the update flow works with. */
export type CpeUpdateDeps = {
  /** The connections of the update flow, for all that writes. Its statements are never cancelled. */
  db: Pool;
  /** For what is read and cancelled when the caller leaves. */
  reads: Pool;
  /** This instance, as an update names it: host, process and id. */
  instance: string;
  /** The schemas of the database that this instance may write to. */
  schemas: SchemaRange;
  /** Writes what this process alone knows about updates, when the database was away. */
  later: Pick<FinishLater, 'add'>;
  /** Whether the database confirms commits: an update is recorded only then. */
  commits: Pick<Commits, 'areConfirmed'>;
  /** Notices when the database lost what was committed. */
  watch: Pick<DatabaseWatch, 'database' | 'examine' | 'recordSeen'>;
  nig: Nig;
  policy: Policy;
  vendorIds: VendorIds;
  /** How long one call to NIG may take, ms. */
  nigTimeoutMs: number;
  /** How long NIG is asked about an unknown outcome before a person is, ms. */
  settleDeadlineMs: number;
  log: Log;
};
