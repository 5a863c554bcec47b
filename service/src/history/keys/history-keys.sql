-- name: select-current-history-key
select key_id, public_key, registered_at from history_key where retired_at is null;

-- name: select-previous-history-keys
-- columns: retired_at!, vouched!
select key_id, public_key, registered_at, retired_at, vouched from history_key
 where retired_at is not null order by retired_at desc, key_id;

-- name: insert-first-history-key
-- params: key_id, pem
insert into history_key (key_id, public_key) select :key_id, :pem
 where not exists (select from history_key) on conflict do nothing;

-- name: retire-history-key
-- params: key_id, vouched
update history_key set retired_at = coalesce(retired_at, clock_timestamp()), vouched = :vouched
 where key_id = :key_id;

-- name: register-history-key
-- params: key_id, pem
insert into history_key (key_id, public_key) values (:key_id, :pem)
on conflict (key_id) do update
  set retired_at = null, vouched = null, registered_at = clock_timestamp();

-- name: lock-history-keys
lock table history_key in share row exclusive mode;

-- name: select-history-lease-held
-- columns: held!
-- Whether an instance anchors now: its lease has not ended.
select holder is not null and until > clock_timestamp()
       and until < clock_timestamp() + interval '10 min' as held from history_lease;
