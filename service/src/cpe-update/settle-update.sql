-- The state of one recorded update: how it is read, leased and changed.

-- name: lock-update
-- params: id
-- columns: deadline_passed!, age_ms!, segment_group!: SegmentGroup
-- Locks an update for settling.
select u.id, u.service_line_id, u.ctt_id, u.ticket_no, u.kind, u.state, u.before, u.after,
       u.changed, u.warnings, u.reason, u.actor_id, u.actor_name, u.rules, u.requested_at,
       u.settled_at, u.nig_reference, u.nig_code, u.nig_message, u.settlement, u.attention,
       u.repair, u.asked, u.attempts, u.request_id, u.nig_handle, u.bulk_id, u.bulk_row,
       (select b.name from cpe_bulk b where b.id = u.bulk_id) as bulk_name,
       is_past_deadline(u.ask_until, u.recorded_at) as deadline_passed,
       (extract(epoch from now() - u.recorded_at) * 1000)::float8 as age_ms,
       (select l.segment_group from service_line l where l.id = u.service_line_id) as segment_group
  from cpe_update u where u.id = :id for update of u;

-- name: select-update
-- params: id, segment_groups?: SegmentGroup[]
-- columns: deadline_passed!, age_ms!, segment_group!: SegmentGroup
select u.id, u.service_line_id, u.ctt_id, u.ticket_no, u.kind, u.state, u.before, u.after,
       u.changed, u.warnings, u.reason, u.actor_id, u.actor_name, u.rules, u.requested_at,
       u.settled_at, u.nig_reference, u.nig_code, u.nig_message, u.settlement, u.attention,
       u.repair, u.asked, u.attempts, u.request_id, u.nig_handle, u.bulk_id, u.bulk_row,
       (select b.name from cpe_bulk b where b.id = u.bulk_id) as bulk_name,
       is_past_deadline(u.ask_until, u.recorded_at) as deadline_passed,
       (extract(epoch from now() - u.recorded_at) * 1000)::float8 as age_ms,
       (select l.segment_group from service_line l where l.id = u.service_line_id) as segment_group
  from cpe_update u join service_line s on s.id = u.service_line_id
 where u.id = :id and (:segment_groups::text[] is null or s.segment_group = any(:segment_groups));

-- name: select-attention
-- params: segment_groups: SegmentGroup[], at_most
-- columns: deadline_passed!, age_ms!, segment_group!: SegmentGroup
-- Updates that a person must settle, oldest first.
select u.id, u.service_line_id, u.ctt_id, u.ticket_no, u.kind, u.state, u.before, u.after,
       u.changed, u.warnings, u.reason, u.actor_id, u.actor_name, u.rules, u.requested_at,
       u.settled_at, u.nig_reference, u.nig_code, u.nig_message, u.settlement, u.attention,
       u.repair, u.asked, u.attempts, u.request_id, u.nig_handle, u.bulk_id, u.bulk_row,
       (select b.name from cpe_bulk b where b.id = u.bulk_id) as bulk_name,
       is_past_deadline(u.ask_until, u.recorded_at) as deadline_passed,
       (extract(epoch from now() - u.recorded_at) * 1000)::float8 as age_ms,
       (select l.segment_group from service_line l where l.id = u.service_line_id) as segment_group,
       s.customer
  from cpe_update u join service_line s on s.id = u.service_line_id
 where u.state = 'needs-attention' and s.segment_group = any(:segment_groups::text[])
 order by u.requested_at, u.id limit :at_most;

-- name: lease-due-updates
-- params: lease_ms, at_most, newest_schema, oldest_schema, latest_ms
-- columns: deadline_passed!, age_ms!, segment_group!: SegmentGroup
-- Leases the updates that are due, so that no other instance asks NIG at the same time. An instance
-- that does not know the schema leases none. An update that is due later than possible is due now:
-- the database's clock was set back.
update cpe_update u set ask_at = now() + :lease_ms * interval '1 ms', asked = asked + 1
 where id in (select id from cpe_update where is_to_ask(state)
                 and (ask_at <= now() or ask_at > now() + :latest_ms * interval '1 ms')
                 and :newest_schema::int >= (select oldest_writer from schema_guard)
                 and :oldest_schema::int
                     <= (select left(max(name), 4)::int from schema_migration)
               order by ask_at limit :at_most for update skip locked)
returning u.id, u.service_line_id, u.ctt_id, u.ticket_no, u.kind, u.state, u.before, u.after,
       u.changed, u.warnings, u.reason, u.actor_id, u.actor_name, u.rules, u.requested_at,
       u.settled_at, u.nig_reference, u.nig_code, u.nig_message, u.settlement, u.attention,
       u.repair, u.asked, u.attempts, u.request_id, u.nig_handle, u.bulk_id, u.bulk_row,
       (select b.name from cpe_bulk b where b.id = u.bulk_id) as bulk_name,
       is_past_deadline(u.ask_until, u.recorded_at) as deadline_passed,
       (extract(epoch from now() - u.recorded_at) * 1000)::float8 as age_ms,
       (select l.segment_group from service_line l where l.id = u.service_line_id) as segment_group;

-- name: postpone-update
-- params: id, after_ms
update cpe_update set ask_at = now() + :after_ms * interval '1 ms'
 where id = :id and is_to_ask(state);

-- name: set-state
-- params: id, state: CpeUpdateState, reference?, code?, message?, is_settled, attempts
update cpe_update
   set state = :state, nig_reference = coalesce(:reference, nig_reference),
       nig_code = coalesce(:code, nig_code), nig_message = coalesce(:message, nig_message),
       attempts = attempts || :attempts::jsonb,
       -- Not now(): the transaction may have waited for a lock since it began.
       settled_at = case when :is_settled then clock_timestamp() end
 where id = :id;

-- name: set-unknown
-- params: id, why, handle?, retry_after_ms, attempts
-- The handle that NIG gave once stays.
update cpe_update
   set state = 'unknown', nig_message = :why, nig_handle = coalesce(:handle, nig_handle), ask_at = now() + :retry_after_ms * interval '1 ms',
       attempts = attempts || :attempts::jsonb
 where id = :id;

-- name: set-attention
-- params: id, state: CpeUpdateState, attention, attempts
-- Hands an update to a person; `attention` comes without its time.
update cpe_update
   set state = :state, attention = jsonb_set(:attention, '{at}', to_jsonb(
         to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))),
       attempts = attempts || :attempts::jsonb
 where id = :id;

-- name: set-settlement
-- params: id, settlement, deadline_ms
-- Stores a person's decision; `settlement` comes without its time. The write that follows has a
-- deadline of its own.
update cpe_update
   set settlement = jsonb_set(:settlement, '{at}', to_jsonb(
         to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))),
       ask_until = clock_timestamp() + :deadline_ms * interval '1 ms'
 where id = :id;

-- name: release-claims
-- params: service_line_id, update_id
-- By line, which has an index. A line has a few claims, all updates together millions.
delete from cpe_claim where service_line_id = :service_line_id and update_id = :update_id;

-- name: settle-bulk-row
-- params: update_id, bulk_id, row, state, outcome?, most_tries
-- The row of a bulk follows the state of its update: `waiting` where nothing reached NIG, unless
-- it was tried `most_tries` times (`failed`, with the outcome) or its bulk was cancelled. The lock
-- on the bulk keeps a cancellation from missing the row.
with bulk as materialized (
  select state from cpe_bulk where id = :bulk_id for share),
was as materialized (
  select r.state, case when :state <> 'waiting' then :state
                       when b.state = 'cancelled' then 'cancelled'
                       when r.tries >= :most_tries then 'failed'
                       else 'waiting' end as next
    from cpe_bulk_row r cross join bulk b
   where r.bulk_id = :bulk_id and r.row = :row and r.update_id = :update_id
     and r.state in ('sending', 'unknown') for update of r),
marked as (
  update cpe_bulk_row r
     set state = w.next,
         outcome = case when w.next in ('refused', 'failed') then :outcome::jsonb end,
         code = case when w.next in ('refused', 'failed') then :outcome::jsonb ->> 'code' end,
         settled_at = case when w.next not in ('waiting', 'unknown') then clock_timestamp() end
    from was w where r.bulk_id = :bulk_id and r.row = :row)
update cpe_bulk_tally t
   set refused = t.refused + (w.next = 'refused')::int,
       failed = t.failed + (w.next = 'failed')::int,
       in_a_row = t.in_a_row + (w.next in ('refused', 'failed'))::int,
       settled_since = t.settled_since + (w.next in ('refused', 'failed'))::int,
       refused_since = t.refused_since + (w.next in ('refused', 'failed'))::int,
       unknown_since = t.unknown_since + (w.next = 'unknown' and w.state = 'sending')::int
  from was w where t.bulk_id = :bulk_id and w.next <> 'waiting';

-- name: set-lock-timeout
-- params: ms
-- For this transaction only: behind a pooler a session's setting would affect other sessions.
select set_config('lock_timeout', :ms, true);
