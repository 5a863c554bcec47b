-- The background work on bulks, and the check.

-- name: lease-bulk
-- params: lease, lease_ms
-- Takes the oldest bulk that is to be read or checked and that no instance works on.
update cpe_bulk set lease = :lease, leased_until = now() + :lease_ms * interval '1 ms'
 where id = (select id from cpe_bulk
              where state in ('reading', 'checking')
                and (leased_until is null or leased_until < now())
              order by id limit 1 for update skip locked)
returning *;

-- name: renew-lease
-- params: id, lease, lease_ms
update cpe_bulk set leased_until = now() + :lease_ms * interval '1 ms'
 where id = :id and lease = :lease and state in ('reading', 'checking')
returning id;

-- name: reset-rows
-- params: bulk_id, lease, check_no
-- The rows of this check as if none of it had happened.
with allowed as materialized (
  select id from cpe_bulk where id = :bulk_id and lease = :lease and state = 'checking' for share)
update cpe_bulk_row set service_line_id = null, state = 'waiting'
  from allowed
 where bulk_id = allowed.id and (service_line_id is not null or cpe_bulk_row.state <> 'waiting')
   and case when :check_no::int < 0 then cpe_bulk_row.state in ('waiting', 'left-out')
            else check_no = :check_no end;

-- name: select-settled-lines
-- params: bulk_id, check_no
-- columns: service_line_id!
-- The lines of rows that this check leaves as they are.
select row, service_line_id from cpe_bulk_row
 where bulk_id = :bulk_id and service_line_id is not null and state <> 'left-out'
   and case when :check_no::int < 0 then state <> 'waiting' else check_no <> :check_no end;

-- name: select-rows-to-check
-- params: bulk_id, after, limit
select row, line, cells, fault, given, check_no, ctt_id, ticket_no, service_line_id, reason, kind,
       before, wanted, verdict, code, state
  from cpe_bulk_row where bulk_id = :bulk_id and row > :after order by row limit :limit;

-- name: select-tickets-named
-- params: names, segment_groups: SegmentGroup[]
-- columns: number!, id!, ticket_no!, service_line_id!
-- The ticket that each name is the id or the number of, by the name's place from 1.
select w.number, t.id, t.ticket_no, t.service_line_id
  from unnest(:names::text[]) with ordinality as w(name, number)
 cross join lateral (
   select c.* from (select * from ctt where id = w.name
                     union all
                    select * from ctt where ticket_no = w.name) c
     join service_line l on l.id = c.service_line_id
    where l.segment_group = any(:segment_groups) limit 1) t;

-- name: write-verdicts
-- params: bulk_id, lease, rows: number[], ctt_ids: (string | null)[],
--   ticket_nos: (string | null)[], service_line_ids: (string | null)[],
--   reasons: (string | null)[], kinds: (string | null)[], changed: (string | null)[],
--   befores: (string | null)[], wanteds: (string | null)[], verdicts: string[],
--   codes: (string | null)[]
-- Writes what rows were judged, unless another instance has the lease or the bulk was cancelled.
with allowed as materialized (
  select id from cpe_bulk where id = :bulk_id and lease = :lease and state = 'checking' for share),
wanted as materialized (
  select * from unnest(
      :rows::int[], :ctt_ids::text[], :ticket_nos::text[], :service_line_ids::text[],
      :reasons::text[], :kinds::text[], :changed::text[], :befores::text[], :wanteds::text[],
      :verdicts::text[], :codes::text[])
    as w(row, ctt_id, ticket_no, service_line_id, reason, kind, changed, before, wanted, verdict,
         code))
update cpe_bulk_row as r
   set ctt_id = w.ctt_id, ticket_no = w.ticket_no, service_line_id = w.service_line_id,
       reason = w.reason, kind = w.kind, changed = string_to_array(w.changed, ','),
       before = w.before::jsonb, wanted = w.wanted::jsonb, verdict = w.verdict::jsonb,
       code = w.code, outcome = null, update_id = null, settled_at = null,
       state = case when w.code is null then 'waiting' else 'left-out' end
  from allowed a, wanted w
 where r.bulk_id = a.id and r.row = w.row
returning r.row;

-- name: count-rows-by-state
-- params: bulk_id
-- columns: count!
select state, count(*)::int as count from cpe_bulk_row where bulk_id = :bulk_id group by state;

-- name: select-groups-of-rows
-- params: bulk_id
select distinct l.segment_group
  from cpe_bulk_row r join service_line l on l.id = r.service_line_id where r.bulk_id = :bulk_id;

-- name: finish-check
-- params: id, lease, check_hash, checked, rules, policy_version, counts,
--   segment_groups: SegmentGroup[]
update cpe_bulk
   set state = 'checked', check_hash = :check_hash, checked_at = now(), checked = :checked,
       rules = :rules, policy_version = :policy_version, counts = :counts,
       segment_groups = :segment_groups, questions = '[]', lease = null, leased_until = null
 where id = :id and lease = :lease and state = 'checking'
returning id;

-- name: ask-again
-- params: id, lease, questions
-- A number turned out to have two readings.
update cpe_bulk
   set state = 'needs-mapping', questions = :questions, lease = null, leased_until = null
 where id = :id and lease = :lease and state = 'checking'
returning id;
