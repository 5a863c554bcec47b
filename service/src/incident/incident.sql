-- name: find-missing-updates
-- params: update_ids, states
-- Updates that this instance has seen and the database lacks, or has in an earlier final state.
select database_identity() as database, coalesce((
  select jsonb_agg(
           jsonb_build_object('updateId', s.id, 'seen', s.state, 'found', u.state) order by s.n)
    from unnest(:update_ids::uuid[], :states::text[]) with ordinality as s(id, state, n)
    left join cpe_update u on u.id = s.id
   -- An unsettled update that went back to an earlier state is settled again: nothing is lost.
   where u.id is null or (not is_unsettled(s.state) and u.state <> s.state)),
  '[]') as missing;

-- name: supersede-incident
-- params: database, is_restore
-- Closes an open earlier incident: its comparisons with NIG took place before the loss found now.
-- `is_restore`: the database is the same and was rewound.
update incident set closed_at = now()
 where closed_at is null
   and (:is_restore or not exists (select from incident where database = :database));

-- name: insert-incident
-- params: database, is_restore, cause: IncidentCause, missing
-- A failover that had its incident gets no second one from an instance that notices it later.
insert into incident (database, cause, missing)
select :database, :cause, :missing
 where :is_restore or not exists (select from incident where database = :database)
on conflict ((true)) where closed_at is null do nothing returning id;

-- name: select-open-incident
-- columns: missing!
select id, opened_at, cause, jsonb_array_length(missing) as missing
  from incident where closed_at is null;

-- name: count-compared-lines
-- columns: lines!, compared!
-- The number of lines with a CPE, and of those compared since the open incident began.
select (select count(*) from cpe) as lines,
       (select count(*) from incident_line
         where incident_id = (select id from incident where closed_at is null)) as compared;

-- name: record-compared-lines
-- params: incident_id, line_ids, agree, late_ms, ago_ms
-- Records lines as compared since an incident began, if it is open. A comparison counts that began
-- at least `late_ms` after it, `ago_ms` before now: until then NIG may still get an update that the
-- database lost. If the clock was set back to before the incident, the wait begins now.
with postponed as (
  update incident set opened_at = now()
   where id = :incident_id and closed_at is null and opened_at > now())
insert into incident_line as n (incident_id, service_line_id, agrees)
select i.id, l.id, l.agrees
  from incident i, unnest(:line_ids::text[], :agree::boolean[]) as l(id, agrees)
 where i.id = :incident_id and i.closed_at is null
   and i.opened_at + (:late_ms::float8 + :ago_ms::float8) * interval '1 ms' <= now()
on conflict (incident_id, service_line_id) do update
   set agrees = n.agrees or excluded.agrees, compared_at = excluded.compared_at
returning service_line_id;

-- name: open-incident-lines
-- params: line_ids, by, reason
-- Opens lines of an open incident by a person's decision. Returns the lines that exist and were not
-- compared.
insert into incident_line as n (incident_id, service_line_id, agrees, opened_by, reason)
select i.id, c.service_line_id, true, :by, :reason from incident i, cpe c
 where i.closed_at is null and c.service_line_id = any(:line_ids)
on conflict (incident_id, service_line_id) do update
   set agrees = true, opened_by = excluded.opened_by, reason = excluded.reason, compared_at = now()
 where not n.agrees
returning service_line_id;

-- name: close-incident
-- Closes the open incident if every line with a CPE has been compared since it began.
update incident i set closed_at = now()
 where closed_at is null and not exists (
   select from cpe c where not exists (
     select from incident_line l
      where l.incident_id = i.id and l.service_line_id = c.service_line_id))
returning id, opened_at;

-- name: delete-compared-lines
-- params: incident_id
-- Automatic comparisons have no use after the incident is closed.
delete from incident_line where incident_id = :incident_id and opened_by is null;

-- name: select-own-lines
-- params: line_ids, segment_groups
-- The lines among these that belong to the segment groups.
select id from service_line where id = any(:line_ids) and segment_group = any(:segment_groups);
