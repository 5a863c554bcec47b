import { statement } from '../database.ts';

export const insertPresence = statement<
  never,
  [streamId: string, serviceLineId: string, subject: string, name: string]
>(
  'insert-presence',
  'insert into line_presence (stream_id, service_line_id, subject, name) values ($1, $2, $3, $4)',
);

export const renewPresence = statement<never, [streamId: string]>(
  'renew-presence',
  'update line_presence set seen_at = now() where stream_id = $1',
);

export const deletePresence = statement<never, [streamId: string]>(
  'delete-presence',
  'delete from line_presence where stream_id = $1',
);

/** Of instances that died. */
export const deleteStalePresence = statement<never, [staleMs: number]>(
  'delete-stale-presence',
  `delete from line_presence where seen_at < now() - $1 * interval '1 ms'`,
);

/** Who else has a ticket of the line open, each person once. */
export const selectOthers = statement<
  { name: string },
  [serviceLineId: string, subject: string, staleMs: number]
>(
  'select-others-present',
  `select min(name) as name from line_presence
    where service_line_id = $1 and subject <> $2 and seen_at > now() - $3 * interval '1 ms'
    group by subject order by 1`,
);

/** Heard by every instance. */
export const notifyPresence = statement<{ pg_notify: string }, [serviceLineId: string]>(
  'notify-presence',
  `select pg_notify('line_presence', $1)`,
);
