import type { KeyObject } from 'node:crypto';
import type { SegmentGroup, VendorIds } from '@cpe-desk/contract';
import type { FastifyBaseLogger } from 'fastify';
import type { LiveUpdates } from './cpe-update/events/live-updates.ts';
import type { FinishLater } from './cpe-update/finish-later.ts';
import type { DatabaseWatch } from './incident/database-watch.ts';
import type { Nig } from './nig/nig.ts';
import type { Commits } from './platform/database/commits.ts';
import type { Pool } from './platform/database/database.ts';
import type { SchemaRange } from './platform/instances/schema-range.ts';
import type { Readiness } from './platform/readiness.ts';

/** What may be edited, by configuration. */
export type Policy = { editableSegmentGroups: readonly SegmentGroup[]; allowedPrefixes: string[] };

/** What the features work with; made in `main.ts`, handed in, so that tests give others. */
export type Desk = {
  /** The connections of the update flow, for all that writes. Its statements are never cancelled. */
  db: Pool;
  /** The schemas of the database that this instance may write to. */
  schemas: SchemaRange;
  /** Connections for what is read and cancelled when the caller leaves: see `http/reading.ts`. */
  reads: Pool;
  /** The same for searches, reports and exports. */
  searches: Pool;
  /** Writes what this process alone knows about updates, when the database was away. */
  later: Pick<FinishLater, 'add'>;
  /** Whether the database confirms commits: an update is recorded only then. */
  commits: Pick<Commits, 'areConfirmed'>;
  nig: Nig;
  live: LiveUpdates;
  /** Notices when the database lost what was committed. */
  watch: DatabaseWatch;
  policy: Policy;
  vendorIds: VendorIds;
  /** What evidence and anchors of the history are signed with (Ed25519). */
  signingKey: KeyObject;
  /** Whose days the overview counts by, such as `Asia/Kuala_Lumpur`. */
  timeZone: string;
  /** How long one call to NIG may take, ms. */
  nigTimeoutMs: number;
  /** How long NIG is asked about an unknown outcome before a person is, ms. */
  settleDeadlineMs: number;
  /** What `/readyz` asks: a part of the desk adds its own checks and details. */
  readiness: Readiness;
  log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
};
