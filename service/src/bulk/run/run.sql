-- The run of bulks: which run, the rows of a batch, and what becomes of them.

-- name: select-running-bulks
-- columns: started_by_id!, started_by_name!, read_at!, is_held!, has_waiting!, has_unsettled!,
--   roles!, segment_groups!
-- Running bulks in the order of their start. The rights of the person who started one are those
-- last seen: of the newest session, else of the last act on the bulk.
select b.id as bulk_id, b.revert_of, b.name, b.settings, b.reason, b.started_by_id, b.started_by_name,
       b.started_at, b.next_send_at, b.waits_for, b.nig_down_since,
       coalesce((select roles from portal_session where subject = b.started_by_id
                  order by seen_at desc limit 1), array['supervisor']) as roles,
       coalesce((select segment_groups from portal_session where subject = b.started_by_id
                  order by seen_at desc limit 1), b.creator_groups) as segment_groups,
       t.in_a_row, t.settled_since, t.refused_since, t.unknown_since, clock_timestamp() as read_at,
       exists (select from policy_hold where held) as is_held,
       exists (select from cpe_bulk_row r where r.bulk_id = b.id and r.state = 'waiting')
         as has_waiting,
       exists (select from cpe_bulk_row r where r.bulk_id = b.id and r.state <> 'waiting'
                  and r.state in ('sending', 'unknown')) as has_unsettled
  from cpe_bulk b join cpe_bulk_tally t on t.bulk_id = b.id
 where b.state = 'running' order by b.started_at, b.id;

-- name: lock-to-record
-- params: id
-- columns: read_at!
-- Keeps a bulk running until the end of the transaction: a pause or a cancellation waits for it.
-- No row where it does not run.
select b.next_send_at, t.in_a_row, t.settled_since, t.refused_since, t.unknown_since,
       clock_timestamp() as read_at
  from cpe_bulk b join cpe_bulk_tally t on t.bulk_id = b.id
 where b.id = :id and b.state = 'running' for share of b;

-- name: lock-to-take-turns
-- params: id
-- columns: read_at!
-- The same for a bulk with a rate or without NIG: its turns are taken by one instance at a time.
select b.next_send_at, t.in_a_row, t.settled_since, t.refused_since, t.unknown_since,
       clock_timestamp() as read_at
  from cpe_bulk b join cpe_bulk_tally t on t.bulk_id = b.id
 where b.id = :id and b.state = 'running' for no key update of b;

-- name: set-next-send
-- params: id, next_send_at
update cpe_bulk set next_send_at = :next_send_at where id = :id;

-- name: take-waiting-rows
-- params: id, revert_of?, after, at_most
-- columns: ctt_id!, before!, wanted!
-- Rows that wait, in file order, without those that another instance has. `after` spares the
-- entries of rows that waited before. A row of a revert has the number of the row that it reverts.
select r.row, r.ctt_id, r.before, r.wanted, r.reason, r.attempt,
       (select o.update_id from cpe_bulk_row o where o.bulk_id = :revert_of and o.row = r.row)
         as reverts
  from cpe_bulk_row r
 where r.bulk_id = :id and r.state = 'waiting' and r.row > :after
 order by r.row limit :at_most for update skip locked;

-- name: mark-rows
-- params: id, rows, states: BulkRowState[], update_ids: (string | null)[],
--   outcomes: (string | null)[]
-- Rows that were recorded, and those that were refused before that.
with wanted as materialized (
  select * from unnest(:rows::int[], :states::text[], :update_ids::uuid[], :outcomes::jsonb[])
    as w(row, state, update_id, outcome)),
marked as (
  update cpe_bulk_row r
     set state = w.state, update_id = coalesce(w.update_id, r.update_id),
         attempt = r.attempt + (w.state = 'sending')::int,
         tries = r.tries + (w.state = 'sending')::int,
         outcome = w.outcome, code = w.outcome ->> 'code',
         settled_at = case when w.state <> 'sending' then clock_timestamp() end
    from wanted w where r.bulk_id = :id and r.row = w.row),
settled as materialized (
  select count(*)::int as refused, count(*) filter (where state = 'failed')::int as failed
    from wanted where state in ('refused', 'failed'))
update cpe_bulk_tally t
   set refused = t.refused + s.refused - s.failed, failed = t.failed + s.failed,
       in_a_row = t.in_a_row + s.refused, settled_since = t.settled_since + s.refused,
       refused_since = t.refused_since + s.refused
  from settled s where t.bulk_id = :id and s.refused > 0;

-- name: set-waits-for
-- params: id, waits_for?: BulkWait
update cpe_bulk set waits_for = :waits_for
 where id = :id and state = 'running' and waits_for is distinct from :waits_for;

-- name: note-nig-down
-- params: id, probe_after_ms
-- NIG takes no rows; one of them probes it later.
update cpe_bulk
   set nig_down_since = now(), next_send_at = now() + :probe_after_ms * interval '1 ms'
 where id = :id and state = 'running' and nig_down_since is null;

-- name: note-nig-up
-- params: id
update cpe_bulk set nig_down_since = null where id = :id and nig_down_since is not null;

-- name: finish-bulk
-- params: id
update cpe_bulk b set state = 'finished', finished_at = now(), waits_for = null
 where b.id = :id and b.state = 'running'
   and not exists (select from cpe_bulk_row r where r.bulk_id = b.id and r.state = 'waiting')
   and not exists (select from cpe_bulk_row r where r.bulk_id = b.id and r.state <> 'waiting'
                      and r.state in ('sending', 'unknown'))
returning b.id;

-- name: pause-running-bulk
-- params: id, pause
-- Waits for the rows that are being recorded: afterwards none is.
update cpe_bulk set state = 'paused', pause = :pause, waits_for = null, nig_down_since = null
 where id = :id and state = 'running' returning id;

-- name: lock-bulk-for-person
-- params: id, segment_groups: SegmentGroup[]
-- Waits for the rows that are being recorded. Nobody records another one until the transaction
-- ends, and then only where the bulk runs.
select id, name, state, check_hash, checked_at, settings, created_by_id, started_at, revert_of
  from cpe_bulk
 where id = :id and segment_groups <@ :segment_groups::text[] for update;

-- name: admit-bulk-updates
-- columns: are_admitted!
select admit_bulk_updates() as are_admitted;

-- name: begin-run
-- params: id, settings, reason?, person_id, person_name, segment_groups: SegmentGroup[]
-- A revert keeps its own reason where the start gives none.
update cpe_bulk
   set state = 'running', settings = :settings,
       reason = coalesce(:reason, case kind when 'revert' then reason end), started_by_id = :person_id,
       started_by_name = :person_name, started_at = now(), creator_groups = :segment_groups,
       next_send_at = null, nig_down_since = null, waits_for = null, pause = null
 where id = :id;

-- name: recount
-- params: id
select from recount_bulk(:id);

-- name: pause-by-person
-- params: id, pause
update cpe_bulk set state = 'paused', pause = :pause, waits_for = null, nig_down_since = null
 where id = :id;

-- name: resume-run
-- params: id
-- The brakes' counts begin at zero.
with resumed as (
  update cpe_bulk set state = 'running', pause = null, next_send_at = null where id = :id)
update cpe_bulk_tally
   set (in_a_row, settled_since, refused_since, unknown_since, since) = (0, 0, 0, 0, now())
 where bulk_id = :id;

-- name: cancel-run
-- params: id
update cpe_bulk
   set state = 'cancelled', finished_at = now(), waits_for = null, lease = null,
       leased_until = null
 where id = :id;

-- name: cancel-waiting-rows
-- params: id, at_most
-- A part of the rows, so that the statement is short.
update cpe_bulk_row r set state = 'cancelled', settled_at = now()
  from (select row from cpe_bulk_row where bulk_id = :id and state = 'waiting'
         order by row limit :at_most) w
 where r.bulk_id = :id and r.row = w.row returning r.row;

-- name: select-cancelled-with-waiting
-- Cancelled bulks whose instance died before it cancelled their rows.
select b.id from cpe_bulk b
 where b.state = 'cancelled' and b.finished_at > now() - interval '1 day'
   and exists (select from cpe_bulk_row r where r.bulk_id = b.id and r.state = 'waiting');

-- name: select-last-row
-- params: id
-- columns: row!
select coalesce(max(row), 0) as row from cpe_bulk_row where bulk_id = :id;

-- name: mark-for-check
-- params: id, check_no, states: BulkRowState[], codes?: string[], after, until
update cpe_bulk_row r
   set check_no = :check_no, state = 'waiting', service_line_id = null, verdict = null,
       code = null, outcome = null, settled_at = null, tries = 0
 where r.bulk_id = :id and r.row > :after and r.row <= :until and r.state = any(:states::text[])
   and (:codes::text[] is null or r.code = any(:codes)) returning r.row;

-- name: insert-revert
-- params: id, revert_of, reason, person_id, person_name, segment_groups: SegmentGroup[]
insert into cpe_bulk (id, kind, revert_of, name, state, reason, counts, segment_groups,
                      created_by_id, created_by_name, creator_groups)
select :id, 'revert', b.id, left('Revert of ' || b.name, 300), 'checking', :reason,
       b.counts || jsonb_build_object(
         'rows', t.applied, 'waiting', t.applied, 'sending', 0, 'unknown', 0, 'applied', 0,
         'refused', 0, 'failed', 0, 'leftOut', 0, 'cancelled', 0),
       b.segment_groups, :person_id, :person_name, :segment_groups
  from cpe_bulk b join cpe_bulk_tally t on t.bulk_id = b.id where b.id = :revert_of;

-- name: insert-revert-rows
-- params: id, revert_of, after, until
-- The applied rows with what they changed; each keeps its number.
insert into cpe_bulk_row (bulk_id, row, line, cells, ctt_id, given)
select :id, r.row, r.line, '{}', null,
       jsonb_build_object(
         'cttId', u.ctt_id, 'changed', to_jsonb(u.changed), 'after', u.after,
         'new', coalesce((select jsonb_object_agg(f, coalesce(u.before -> f, 'null'))
                            from unnest(u.changed) as f), '{}'))
  from cpe_bulk_row r join cpe_update u on u.id = r.update_id
 where r.bulk_id = :revert_of and r.row > :after and r.row <= :until and r.state = 'applied'
returning row;
