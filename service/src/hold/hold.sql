-- name: select-hold
select held, reason, actor_id, actor_name, at from policy_hold;

-- name: save-hold
-- params: held, reason?, actor_id, actor_name
update policy_hold
   set (held, reason, actor_id, actor_name, at) = (:held, :reason, :actor_id, :actor_name, now())
returning held, reason, actor_id, actor_name, at;
