// Written by npm run sql-types from inbox.sql; do not edit.
import type { InboxKind, SegmentGroup } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectInboxRow = {
  id: number;
  at: Date;
  kind: Narrow<string, InboxKind>;
  ctt_id: string | null;
  ticket_no: string | null;
  target: unknown;
  by_id: string | null;
  by_name: string | null;
  is_read: boolean;
};
/**
 * Newest first. An entry of a ticket outside the reader's segment groups is not shown.
 */
export const selectInbox = statement<SelectInboxRow, [
  personId: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
  isUnread: boolean,
  before: number | null,
  limit: number,
]>('select-inbox');

export type SelectUnreadCountRow = {
  unread: number;
};
export const selectUnreadCount = statement<SelectUnreadCountRow, [
  personId: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
]>('select-unread-count');

export type MarkEntriesReadRow = {
  announced: string;
};
/**
 * These entries, or all up to one. Other pages of the person show the new count.
 */
export const markEntriesRead = statement<MarkEntriesReadRow, [
  personId: string,
  ids: readonly number[],
  upTo: number | null,
]>('mark-entries-read');

export const deleteInboxEntries = statement<never, [
  days: number,
]>('delete-inbox-entries');
