import { type Cpe, type CpeField, changedFields, type HistoryEntry } from '@cpe-desk/contract';

/** Why an entry cannot be reverted: no field changed, or later updates changed these again. */
export type RevertRefusal = { because: 'refresh' } | { because: 'later'; fields: CpeField[] };

/**
 * Whether a revert onto the present CPE can succeed; null where it can. The service decides: it may
 * refuse for other reasons, such as a value that another line uses now.
 */
export const revertRefusal = (
  { changed, after }: Pick<HistoryEntry, 'changed' | 'after'>,
  now: Cpe,
): RevertRefusal | null => {
  if (changed.length === 0) return { because: 'refresh' };
  const fields = changedFields(after, now).filter((field) => changed.includes(field));
  return fields.length > 0 ? { because: 'later', fields } : null;
};
