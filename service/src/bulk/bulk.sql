-- Bulks as a whole. What is read, checked and run of them is in the folders below.

-- name: select-bulk
-- params: id, segment_groups?: SegmentGroup[]
-- Null groups: any, for the desk itself. `counts_now`: a running bulk's change with each row.
select *, bulk_counts(id) as counts_now,
       (select extract(epoch from now() - since)::float8 / nullif(settled_since, 0)
          from cpe_bulk_tally where bulk_id = id) as seconds_a_row
  from cpe_bulk
 where id = :id and (:segment_groups::text[] is null or segment_groups <@ :segment_groups);

-- name: begin-next-check
-- params: id, sign
-- Begins the next check of a bulk, with a number that no row has. A positive one judges the rows
-- that get it. A negative one judges all rows that are waiting or left out.
update cpe_bulk
   set state = 'checking', check_no = :sign::int * (abs(check_no) + 1), check_hash = null, checked_at = null,
       checked = null, pause = null, waits_for = null, questions = '[]', finished_at = null,
       lease = null, leased_until = null
 where id = :id
returning check_no;

-- name: update-creator-groups
-- params: id, creator_id, segment_groups: SegmentGroup[]
-- What the creator may see now, which the next check goes by.
update cpe_bulk set creator_groups = :segment_groups
 where id = :id and created_by_id = :creator_id;

-- name: select-bulks
-- params: segment_groups: SegmentGroup[], state?: BulkState, before?, limit
-- Newest first: ids of version 7 are in the order of their making.
select *, bulk_counts(id) as counts_now,
       (select extract(epoch from now() - since)::float8 / nullif(settled_since, 0)
          from cpe_bulk_tally where bulk_id = id) as seconds_a_row
  from cpe_bulk
 where segment_groups <@ :segment_groups and (:state::text is null or state = :state)
   and (:before::uuid is null or id < :before)
 order by id desc limit :limit;

-- name: lock-bulk
-- params: id, segment_groups: SegmentGroup[]
select * from cpe_bulk where id = :id and segment_groups <@ :segment_groups for no key update;
