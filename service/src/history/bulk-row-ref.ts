import { type BulkRowRef, bulkRowRefSchema } from '@cpe-desk/contract';

/** The member `bulk`, which only entries of a bulk's rows have. */
export const bulkOf = (bulk: unknown): { bulk?: BulkRowRef } =>
  bulk === null ? {} : { bulk: bulkRowRefSchema.parse(bulk) };
