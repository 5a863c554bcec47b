import {
  type Actor,
  type Bulk,
  bulkCheckSchema,
  bulkCountsSchema,
  bulkFaultSchema,
  bulkFormats,
  bulkMappingSchema,
  bulkNoteSchema,
  bulkPauseSchema,
  bulkQuestionSchema,
  bulkSeparators,
  bulkSettingsSchema,
  encodings,
  type SegmentGroup,
} from '@cpe-desk/contract';
import { z } from 'zod';
import { maybeOne, type Queryable } from '../platform/database/database.ts';
import { type SelectBulkRow, selectBulk } from './bulk.sql.ts';

/** How long a check may be started, ms. */
export const CHECK_LASTS_MS = 24 * 3_600_000;

/** What `cpe_bulk.checked` holds. */
export const checkedSchema = bulkCheckSchema.omit({ checkHash: true, at: true, expiresAt: true });

/** The JSON columns of `cpe_bulk`, and those with a closed list. */
const columns = z.object({
  pause: bulkPauseSchema.nullable(),
  fault: bulkFaultSchema.nullable(),
  questions: z.array(bulkQuestionSchema),
  notes: z.array(bulkNoteSchema),
  mapping: bulkMappingSchema.nullable(),
  settings: bulkSettingsSchema.nullable(),
  counts_now: bulkCountsSchema,
  checked: checkedSchema.nullable(),
  format: z.enum(bulkFormats).nullable(),
  encoding: z.enum(encodings).nullable(),
  separator: z.enum(bulkSeparators).nullable(),
});

const timeOf = (time: Date | null): string | null => time?.toISOString() ?? null;

const personOf = (id: string | null, name: string | null): Actor | null =>
  id === null ? null : { id, name: name ?? id };

const checkOf = (
  { check_hash: checkHash, checked_at: at }: SelectBulkRow,
  { checked }: z.infer<typeof columns>,
): Bulk['check'] =>
  checkHash === null || at === null || checked === null
    ? null
    : {
        checkHash,
        at: at.toISOString(),
        expiresAt: new Date(at.getTime() + CHECK_LASTS_MS).toISOString(),
        ...checked,
      };

const fileOf = (
  { bytes, file_sha256: sha256, headings }: SelectBulkRow,
  { format, encoding, separator }: z.infer<typeof columns>,
): Bulk['file'] =>
  format === null || bytes === null || sha256 === null
    ? null
    : { format, encoding, separator, bytes, sha256, headings };

/** At the pace since the start or the last resumption; null where nothing settled yet. */
const etaOf = (
  { state, seconds_a_row: secondsARow }: SelectBulkRow,
  { counts_now: counts, settings }: z.infer<typeof columns>,
): number | null => {
  if (state !== 'running' || secondsARow === null) return null;
  const rate = settings?.ratePerSecond ?? null;
  const slowest = rate === null ? secondsARow : Math.max(secondsARow, 1 / rate);
  return Math.ceil((counts.waiting + counts.sending) * slowest);
};

/** The answer about a bulk, from its row. */
export const bulkOf = (row: SelectBulkRow): Bulk => {
  const read = columns.parse(row);
  const { pause, fault, questions, notes, mapping, settings, counts_now: counts } = read;
  return {
    bulkId: row.id,
    kind: row.kind,
    revertOf: row.revert_of,
    name: row.name,
    state: row.state,
    waitsFor: row.waits_for,
    ...{ pause, fault, questions, notes },
    file: fileOf(row, read),
    mapping,
    check: checkOf(row, read),
    ...{ counts, settings },
    etaSeconds: etaOf(row, read),
    createdBy: { id: row.created_by_id, name: row.created_by_name },
    createdAt: row.created_at.toISOString(),
    startedBy: personOf(row.started_by_id, row.started_by_name),
    startedAt: timeOf(row.started_at),
    finishedAt: timeOf(row.finished_at),
    rowsDeletedAt: timeOf(row.rows_deleted_at),
  };
};

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether a text may be the id of a bulk: another text would be an error in SQL. */
export const isBulkId = (id: string): boolean => UUID.test(id);

/** The row of a bulk; undefined where these segment groups have none. Null: any group. */
export const loadBulk = async (
  db: Queryable,
  id: string,
  segmentGroups: readonly SegmentGroup[] | null,
): Promise<SelectBulkRow | undefined> =>
  isBulkId(id) ? maybeOne(db, selectBulk, [id, segmentGroups]) : undefined;
