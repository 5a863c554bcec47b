import type { FlowDeps } from '../../cpe-update/batches.ts';

/** What the run of bulks needs. */
export type BulkRunDeps = FlowDeps & {
  /** Most sends of bulks at a time. */
  bulkConcurrency: number;
};

/** What the routes that control a run need. */
export type BulkControlDeps = Pick<FlowDeps, 'db'> & {
  /** Rows per second of a bulk whose start names no rate; null: no limit. */
  bulkRate: number | null;
};
