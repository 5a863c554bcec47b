-- An instance without a heartbeat for 60 s counts as dead.

-- name: save-instance
-- params: id, version, oldest_schema, newest_schema, host, process_id
-- Registers an instance or renews its row.
insert into instance (id, version, oldest_schema, newest_schema, host, process_id)
values (:id, :version, :oldest_schema, :newest_schema, :host, :process_id)
on conflict (id) do update set seen_at = now();

-- name: delete-instance
-- params: id
delete from instance where id = :id;

-- name: delete-dead-instances
-- A dead instance stays in the list for a day, for a later analysis.
delete from instance where seen_at < now() - interval '1 day';

-- name: select-instances
-- columns: is_alive!
select id, version, oldest_schema, newest_schema, host, process_id, started_at, seen_at,
       seen_at > now() - interval '60 s' as is_alive
  from instance order by started_at, id;

-- name: select-are-all-at-least
-- params: schema
-- columns: are_all!
-- Whether every running instance knows a schema, also those that are too old to register.
select unregistered_gone_at is not null
       and not exists (
         select from instance
          where newest_schema < :schema and seen_at > now() - interval '60 s')
         as are_all
  from schema_guard;

-- name: select-upgrade-confirmation
select unregistered_gone_at as at, unregistered_gone_by as by from schema_guard;

-- name: confirm-unregistered-gone
-- params: by
-- The first confirmation stays, as a record.
update schema_guard set unregistered_gone_at = now(), unregistered_gone_by = :by
 where unregistered_gone_at is null;

-- name: select-may-write
-- params: newest_schema, oldest_schema
-- columns: may_write!, schema!
-- Each statement of the flow that writes has this condition itself: no upgrade comes in between.
select (:newest_schema::int >= (select oldest_writer from schema_guard)
        and :oldest_schema::int <= (select left(max(name), 4)::int from schema_migration))
         as may_write,
       oldest_writer, (select left(max(name), 4)::int from schema_migration) as schema
  from schema_guard;

-- name: select-has-instance-registry
-- columns: has_registry!
select to_regclass('schema_guard') is not null as has_registry;
