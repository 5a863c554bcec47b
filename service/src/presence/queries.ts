import { statement } from '../platform/database/database.ts';

/** Adds the rows of a stream, one for each line. Existing rows count as seen now. */
export const enterLines = statement<
  never,
  [rowIds: readonly string[], serviceLineIds: readonly string[], subject: string, name: string]
>(
  'enter-lines',
  `insert into line_presence (stream_id, service_line_id, subject, name)
   select row_id, line_id, $3, $4 from unnest($1::uuid[], $2::text[]) as entered (row_id, line_id)
   on conflict (stream_id) do update set seen_at = now()`,
);

export const deletePresence = statement<never, [rowIds: readonly string[]]>(
  'delete-presence',
  'delete from line_presence where stream_id = any($1::uuid[])',
);

/** Deletes rows of instances that died. Skips rows that another instance is deleting. */
export const deleteStalePresence = statement<never, [staleMs: number]>(
  'delete-stale-presence',
  `delete from line_presence where stream_id in (
     select stream_id from line_presence where seen_at < now() - $1 * interval '1 ms'
        for update skip locked)`,
);

/**
 * The other viewers of each line, each person once. Lines outside the segment groups have no row.
 */
export const selectOthers = statement<
  { service_line_id: string; names: string[] },
  [serviceLineIds: readonly string[], subject: string, staleMs: number, segmentGroups: readonly string[]]
>(
  'select-others-present',
  `select l.id as service_line_id,
          array(select min(name) from line_presence p
                 where p.service_line_id = l.id and p.subject <> $2
                   and p.seen_at > now() - $3 * interval '1 ms'
                 group by p.subject order by 1) as names
     from service_line l where l.id = any($1) and l.segment_group = any($4)
    order by l.id`,
);

/** Notifies every instance. */
export const notifyPresence = statement<{ pg_notify: string }, [serviceLineIds: readonly string[]]>(
  'notify-presence',
  `select pg_notify('line_presence', line_id) from unnest($1::text[]) as line_id`,
);
