-- name: save-beat
-- params: id, beat
update instance set beat = :beat where id = :id;

-- name: select-beat
-- params: id
-- What a standby has replayed.
select beat from instance where id = :id;

-- name: save-recent-writer
-- params: caller_id
insert into recent_writer (caller_id) values (:caller_id)
on conflict (caller_id) do update set wrote_at = excluded.wrote_at;

-- name: select-is-recent-writer
-- params: caller_id, within_s
-- columns: is_recent!
select exists (
  select from recent_writer
   where caller_id = :caller_id and wrote_at > now() - :within_s::int * interval '1 s')
  as is_recent;

-- name: delete-old-writers
-- params: within_s
delete from recent_writer where wrote_at < now() - :within_s::int * interval '1 s';
