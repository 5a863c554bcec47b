import { isPrefix, segmentGroups, unknownModelPolicies } from '@cpe-desk/contract';
import { z } from 'zod';
import { httpUrl, isOpen, listOf, text, usually, whole, without } from './setting.ts';

/** The name of a time zone, in its usual spelling. */
const timeZone = z
  .string()
  .optional()
  .transform((name, context) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    } catch {
      context.addIssue('not a time zone such as Asia/Kuala_Lumpur');
      return z.NEVER;
    }
  });

/** What may be changed. */
export const policySettings = {
  EDITABLE_SEGMENT_GROUPS: usually(
    segmentGroups.filter((group) => group !== 'CONSUMER').join(),
    listOf(z.enum(segmentGroups)),
    'segment groups whose CPE may be edited',
  ),
  CPE_ALLOWED_PREFIXES: without(
    'any',
    listOf(z.string().refine(isPrefix, 'not a prefix such as 10.0.0.0/8')).prefault(''),
    'prefixes of CPE addresses and of delegated IPv6 prefixes, separated by commas',
  ),
  UNKNOWN_MODEL: usually(
    'refuse',
    z.enum(unknownModelPolicies),
    'what happens to an update whose model the catalogue lacks: refuse or warn',
  ),
};

/** How long is kept what need not be kept for good. */
export const retentionSettings = {
  ACCESS_LOG_DAYS: without(
    'kept for good',
    whole(30).optional(),
    'days after which entries of the access log are deleted, at least 30',
  ),
};

/** What a bulk of updates may hold, and how long its rows are kept. */
export const bulkSettings = {
  BULK_MAX_BYTES: usually('33554432', whole(1024, 268_435_456), 'largest file of a bulk, bytes'),
  BULK_MAX_ROWS: usually('100000', whole(1, 500_000), 'most rows of a bulk'),
  BULK_NIG_CONCURRENCY: usually(
    '32',
    whole(1, 1000),
    'most sends of bulks at a time among NIG_CONCURRENCY; other updates come first',
  ),
  BULK_RATE: usually(
    '0',
    whole(0, 10_000),
    'rows per second of a bulk whose start names no rate, over all instances; 0: no limit',
  ),
  BULK_KEEP_DAYS: usually(
    '90',
    whole(1, 3650),
    'days after the end of a bulk after which its rows are deleted; its history stays',
  ),
};

/** How history is proved, and in which days it is counted. */
export const historySettings = {
  HISTORY_KEY_FILE: without(
    'DATA_DIR/history-key.pem, made at the first start',
    text.optional(),
    'private Ed25519 key (PEM) that signs the history, the same for all instances',
  ),
  HISTORY_ANCHOR_URL: without(
    'kept in the database and DATA_DIR',
    httpUrl.refine((url) => !isOpen(url), 'is not https').optional(),
    'URL to which the signed anchors of the history are posted',
  ),
  TZ: without('of the system', timeZone, "time zone of the overview's days"),
};
