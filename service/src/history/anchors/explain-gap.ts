import type { HistoryRecord } from './anchor-record.ts';

/** An anchor is made each hour; a late one is no gap yet. */
const GAP_MS = 2 * 60 * 60_000;

export type Moment = Pick<HistoryRecord, 'number' | 'at'> & { cause?: string };

/**
 * Explains a gap between two records, or a time that went back; undefined where there is neither.
 */
export const explainGap = (before: Moment | undefined, record: Moment): string | undefined => {
  if (!before) return undefined;
  const passed = Date.parse(record.at) - Date.parse(before.at);
  const span = `records ${before.number} and ${record.number}, ${before.at} and ${record.at}`;
  if (passed < 0) return `${span}: the database's clock was set back between them`;
  if (passed <= GAP_MS) return undefined;
  if (before.cause === 'stopped')
    return `${span}: no desk ran between them, the last one was stopped`;
  if (record.cause === 'started')
    return `${span}: the anchoring desk ended, and another desk took over late`;
  return `${span}: the desk ran, but anchors failed, or the database's clock was set forward`;
};
