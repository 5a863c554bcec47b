-- name: insert-access
-- params: event: AccessEvent, subject?, name?, address?, request_id?, detail
insert into access_log (event, subject, name, address, request_id, detail)
values (:event, :subject, :name, :address, :request_id, :detail);

-- name: insert-refusal
-- params: subject, name, address, request_id, detail, within_ms
-- Like `insert_access`, unless the same refusal was recorded a moment ago. A caller who repeats a
-- refused request cannot fill the log.
insert into access_log (event, subject, name, address, request_id, detail)
select 'action-refused', :subject, :name, :address, :request_id, :detail::jsonb
 where not exists (
   select from access_log
    where subject = :subject and event = 'action-refused' and detail = :detail::jsonb
      and at > now() - :within_ms * interval '1 ms');

-- name: select-access
-- params: event?: AccessEvent, subject?, before?, limit
select id, at, event, subject, name, address, request_id, detail from access_log
 where (:event::text is null or event = :event)
   and (:subject::text is null or subject = :subject)
   and (:before::bigint is null or id < :before)
 order by id desc limit :limit;

-- name: select-policy-set
-- The last recorded policy.
select detail from access_log where event = 'policy-set' order by id desc limit 1;

-- name: prune-access-log
-- params: days, most
-- columns: count!
select prune_access_log(:days::int, :most::int) as count;
