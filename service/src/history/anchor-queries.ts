import { statement } from '../platform/database/database.ts';

export const selectDatabaseTime = statement<{ now: Date }>(
  'select-database-time',
  `select date_trunc('milliseconds', clock_timestamp()) as now`,
);

/** The last record of the chain. */
export const selectLastRecord = statement<{ number: number; digest: string; at: Date }>(
  'select-last-history-record',
  'select number, digest, at from history_anchor order by number desc limit 1',
);

/**
 * The newest anchor that is not later than a time, and the time of the first anchor of its day
 * (UTC). Later anchors were made before the database's clock was set back.
 */
export const selectAnchorBefore = statement<{ at: Date; day_begun: Date }, [now: Date]>(
  'select-anchor-before',
  `with base as (select at from history_anchor where kind = 'anchor' and at <= $1
                  order by number desc limit 1)
   select base.at, (select min(a.at) from history_anchor a where a.kind = 'anchor'
            and a.at >= date_trunc('day', base.at, 'UTC') and a.at <= base.at) as day_begun
     from base`,
);

export const insertRecord = statement<
  never,
  [number: number, kind: string, at: string, digest: string, body: string]
>(
  'insert-history-record',
  'insert into history_anchor (number, kind, at, digest, body) values ($1, $2, $3, $4, $5)',
);

export type RecordRow = { number: number; kind: string; at: Date; digest: string; body: string };

/** Records after a number, in order. */
export const selectRecords = statement<RecordRow, [after: number, limit: number]>(
  'select-history-records',
  `select number, kind, at, digest, body from history_anchor where number > $1
    order by number limit $2`,
);

/** The digests of the records with these numbers. */
export const selectDigests = statement<{ number: number; digest: string }, [numbers: readonly number[]]>(
  'select-history-digests',
  'select number, digest from history_anchor where number = any($1::int[]) order by number',
);

export const selectRestores = statement<{ body: string }>(
  'select-history-restores',
  `select body from history_anchor where kind = 'restore' order by number`,
);

/**
 * Takes or renews the lease; returns a row where this holder has it now. A lease that ends later
 * than any lease can was written before the database's clock was set back, so it has ended.
 */
export const takeLease = statement<{ is_new: boolean }, [holder: string, leaseMs: number]>(
  'take-history-lease',
  `update history_lease l
      set holder = $1, until = clock_timestamp() + $2 * interval '1 ms'
     from (select id, holder from history_lease for update) b
    where l.id = b.id and (l.holder is null or l.holder = $1 or l.until < clock_timestamp()
       or l.until > clock_timestamp() + 2 * $2 * interval '1 ms')
   returning b.holder is distinct from $1 as is_new`,
);

export const releaseLease = statement<never, [holder: string]>(
  'release-history-lease',
  'update history_lease set holder = null where holder = $1',
);

export const selectPosted = statement<{ posted: number }>(
  'select-posted-history-records',
  'select posted from history_lease',
);
export const recordPosted = statement<never, [number: number]>(
  'note-posted-history-records',
  'update history_lease set posted = $1 where posted < $1',
);

export const selectAnchorAge = statement<{ seconds: number }>(
  'select-anchor-age',
  `select extract(epoch from clock_timestamp() - at)::float8 as seconds from history_anchor
    where kind = 'anchor' order by number desc limit 1`,
);
