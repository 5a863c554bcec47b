-- name: insert-api-token
-- params: name, token_hash, prefix, roles, segment_groups, created_by_id, created_by_name,
--   expires_at
-- No row: a token that is not revoked has this name.
insert into api_token (name, token_hash, prefix, roles, segment_groups, created_by_id,
                       created_by_name, expires_at)
values (:name, :token_hash, :prefix, :roles, :segment_groups, :created_by_id, :created_by_name,
        :expires_at)
    on conflict (lower(name)) where revoked_at is null do nothing
returning id, name, prefix, roles, segment_groups, created_at, created_by_id, created_by_name,
          expires_at, last_used_at, revoked_at;

-- name: select-api-tokens
-- Newest first. A token that ended more than 30 days ago is of no interest any more.
select id, name, prefix, roles, segment_groups, created_at, created_by_id, created_by_name,
       expires_at, last_used_at, revoked_at
  from api_token
 where least(expires_at, coalesce(revoked_at, expires_at)) > now() - interval '30 days'
 order by created_at desc, id;

-- name: revoke-api-token
-- params: id
-- No row: it does not exist, or was revoked before.
update api_token set revoked_at = now() where id = :id and revoked_at is null
returning name, addresses;

-- name: select-api-token-exists
-- params: id
-- columns: does_exist!
select exists (select from api_token where id = :id) as does_exist;

-- name: find-api-token
-- params: token_hash, address, touch_after_s
-- columns: valid_ms!, is_to_touch!, is_new_day!
select id, name, roles, segment_groups,
       (extract(epoch from expires_at - now()) * 1000)::float8 as valid_ms,
       last_used_at is null or last_used_at < now() - make_interval(secs => :touch_after_s)
         or not :address = any (addresses) as is_to_touch,
       logged_on is distinct from (now() at time zone 'UTC')::date as is_new_day
  from api_token
 where token_hash = :token_hash and revoked_at is null and expires_at > now();

-- name: touch-api-token
-- params: id, address, most_addresses
update api_token
   set last_used_at = now(),
       addresses = case when :address = any (addresses) or cardinality(addresses) >= :most_addresses
                        then addresses else addresses || :address::text end
 where id = :id;

-- name: log-api-token-use
-- params: id, subject, name, address, request_id
-- The entry of a day: with its first use, and the addresses since the entry before.
with token as (
  select id, addresses from api_token
   where id = :id and logged_on is distinct from (now() at time zone 'UTC')::date for update),
used as (
  update api_token t
     set logged_on = (now() at time zone 'UTC')::date, addresses = array[:address],
         last_used_at = now()
    from token where t.id = token.id)
insert into access_log (event, subject, name, address, request_id, detail)
select 'token-used', :subject, :name, :address, :request_id,
       jsonb_build_object('addresses',
         array(select distinct a from unnest(addresses || :address::text) a order by a))
  from token;
