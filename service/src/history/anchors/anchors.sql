-- name: select-database-time
-- columns: now!
select date_trunc('milliseconds', clock_timestamp()) as now;

-- name: select-last-history-record
-- The last record of the chain.
select number, digest, at from history_anchor order by number desc limit 1;

-- name: select-anchor-before
-- params: now
-- columns: day_begun!
-- The newest anchor that is not later than a time, and the time of the first anchor of its day
-- (UTC). Later anchors were made before the database's clock was set back.
with base as (
  select at from history_anchor where kind = 'anchor' and at <= :now order by number desc limit 1)
select base.at,
       (select min(a.at) from history_anchor a
         where a.kind = 'anchor' and a.at >= date_trunc('day', base.at, 'UTC')
           and a.at <= base.at) as day_begun
  from base;

-- name: insert-history-record
-- params: number, kind: AnchorKind, at, digest, body
insert into history_anchor (number, kind, at, digest, body)
values (:number, :kind, :at, :digest, :body);

-- name: select-history-records
-- params: after, limit
-- Records after a number, in order.
select number, kind, at, digest, body from history_anchor where number > :after
 order by number limit :limit;

-- name: select-history-digests
-- params: numbers
-- The digests of the records with these numbers.
select number, digest from history_anchor where number = any(:numbers::int[]) order by number;

-- name: select-history-restores
select body from history_anchor where kind = 'restore' order by number;

-- name: take-history-lease
-- params: holder, lease_ms
-- columns: is_new!
-- Takes or renews the lease; returns a row where this holder has it now. A lease that ends later
-- than any lease can was written before the database's clock was set back, so it has ended.
update history_lease l
   set holder = :holder, until = clock_timestamp() + :lease_ms * interval '1 ms'
  from (select id, holder from history_lease for update) b
 where l.id = b.id and (l.holder is null or l.holder = :holder or l.until < clock_timestamp()
    or l.until > clock_timestamp() + 2 * :lease_ms * interval '1 ms')
returning b.holder is distinct from :holder as is_new;

-- name: release-history-lease
-- params: holder
update history_lease set holder = null where holder = :holder;

-- name: select-posted-history-records
select posted from history_lease;

-- name: record-posted-history-records
-- params: number
update history_lease set posted = :number where posted < :number;

-- name: select-anchor-age
-- columns: seconds!
select extract(epoch from clock_timestamp() - at)::float8 as seconds from history_anchor
 where kind = 'anchor' order by number desc limit 1;
