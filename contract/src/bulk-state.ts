/**
 * The states of a bulk correction. `reading` and `checking` are the desk's work, `needs-mapping`
 * and `checked` wait for a person.
 */
export const bulkStates = [
  'reading',
  'unreadable',
  'needs-mapping',
  'checking',
  'checked',
  'running',
  'paused',
  'cancelled',
  'finished',
] as const;
export type BulkState = (typeof bulkStates)[number];

/** A bulk stays in these states, unless a person has rows of a finished one checked again. */
export const finalBulkStates = ['unreadable', 'cancelled', 'finished'] as const;

export const bulkRowStates = [
  'waiting',
  'sending',
  'unknown',
  'applied',
  'refused',
  'failed',
  'left-out',
  'cancelled',
] as const;
export type BulkRowState = (typeof bulkRowStates)[number];
