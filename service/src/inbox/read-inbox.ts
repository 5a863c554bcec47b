import {
  type Caller,
  INBOX_DAYS,
  type InboxEntry,
  type InboxPage,
  type InboxQuery,
  type InboxRead,
  inboxEntrySchema,
} from '@cpe-desk/contract';
import { one, type Pool, type Queryable, run } from '../platform/database/database.ts';
import { readCursor, writeCursor } from '../platform/http/cursor.ts';
import {
  deleteInboxEntries,
  markEntriesRead,
  type SelectInboxRow,
  selectInbox,
  selectUnreadCount,
} from './inbox.sql.ts';

const ORDER = 'inbox';

type Reader = Pick<Caller, 'id' | 'segmentGroups'>;

/** The entry; undefined for one of a newer release, with members that this one does not know. */
const entryOf = (row: SelectInboxRow): InboxEntry | undefined =>
  inboxEntrySchema.safeParse({
    id: String(row.id),
    at: row.at.toISOString(),
    kind: row.kind,
    cttId: row.ctt_id,
    ticketNo: row.ticket_no,
    by: row.by_id === null ? null : { id: row.by_id, name: row.by_name ?? row.by_id },
    target: row.target,
    isRead: row.is_read,
    count: 1,
  }).data;

/** The number of entries that the reader has not read and may see. */
export const countUnread = async (db: Queryable, { id, segmentGroups }: Reader): Promise<number> =>
  (await one(db, selectUnreadCount, [id, segmentGroups])).unread;

/** The id at which the previous page ended; undefined for a cursor of another list. */
const idIn = (cursor: string): number | undefined => {
  const id = Number(readCursor(cursor, ORDER)?.[0]);
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
};

/** A page of the reader's entries, newest first; undefined for a cursor of another list. */
export const readInbox = async (
  db: Queryable,
  reader: Reader,
  { unread, cursor, limit }: InboxQuery,
): Promise<InboxPage | undefined> => {
  const before = cursor === undefined ? null : idIn(cursor);
  if (before === undefined) return undefined;
  const { id, segmentGroups } = reader;
  const isUnread = unread === 'true';
  const rows = await run(db, selectInbox, [id, segmentGroups, isUnread, before, limit + 1]);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(entryOf).filter((entry) => entry !== undefined),
    nextCursor: rows.length > limit && last ? writeCursor(ORDER, [String(last.id), '']) : null,
    unread: await countUnread(db, reader),
  };
};

/** Marks entries of the reader's own inbox as read; ids of others are skipped. */
export const markRead = async (db: Pool, reader: Reader, read: InboxRead): Promise<number> => {
  const ids = 'ids' in read ? read.ids.map(Number) : [];
  const upTo = 'upTo' in read ? Number(read.upTo) : null;
  await run(db, markEntriesRead, [reader.id, ids, upTo]);
  return countUnread(db, reader);
};

export const deleteOldEntries = (db: Pool) => run(db, deleteInboxEntries, [INBOX_DAYS]);
