import { statement } from '../../platform/database/database.ts';

/** Every instance sends it to its readers after the commit. */
export const insertEvent = statement<never, [announcement: string]>(
  'insert-event',
  'insert into cpe_update_event (announcement) values ($1)',
);

/** The newest event; position 0 before the first one. */
export const selectNewestEvent = statement<{ position: number; announcement: unknown }>(
  'select-newest-event',
  `select coalesce(e.position, 0)::bigint as position, e.announcement from (select) as always
     left join lateral (select position, announcement from cpe_update_event order by position desc limit 1) as e on true`,
);

/**
 * The event at a position, those after it, and those at earlier positions that were empty; with the
 * database's identity.
 */
export const selectEvents = statement<
  { database: string | null; position: number | null; announcement: unknown },
  [from: number, gaps: readonly number[], atMost: number]
>(
  'select-events',
  `select d.database, e.position, e.announcement from (select database_identity() as database) as d left join lateral (
     (select position, announcement from cpe_update_event where position = any($2::bigint[]))
     union all
     (select position, announcement from cpe_update_event where position >= $1 order by position limit $3)) as e on true
   order by e.position`,
);

/** Every instance has read these long ago. */
export const deleteOldEvents = statement<never, [hours: number]>(
  'delete-old-events',
  `delete from cpe_update_event where position <
     (select min(position) from cpe_update_event where at > now() - $1 * interval '1 hour')`,
);
