-- name: insert-portal-session
-- params: token_hash, subject, name, roles, segment_groups, sealed_id_token, hours
insert into portal_session (token_hash, subject, name, roles, segment_groups, id_token, expires_at)
values (:token_hash, :subject, :name, :roles, :segment_groups, :sealed_id_token,
        now() + make_interval(hours => :hours));

-- name: select-portal-session
-- params: token_hash, idle_minutes, touch_after_s
-- columns: is_to_touch!
select subject, name, roles, segment_groups,
       seen_at < now() - make_interval(secs => :touch_after_s) as is_to_touch
  from portal_session
 where token_hash = :token_hash and expires_at > now()
   and seen_at > now() - make_interval(mins => :idle_minutes);

-- name: touch-portal-session
-- params: token_hash
update portal_session set seen_at = now() where token_hash = :token_hash;

-- name: take-portal-session
-- params: token_hash
-- Ends a session and returns its person.
delete from portal_session where token_hash = :token_hash returning subject, name, id_token;

-- name: delete-portal-sessions-of
-- params: subject
delete from portal_session where subject = :subject returning token_hash;

-- name: delete-portal-session
-- params: token_hash
delete from portal_session where token_hash = :token_hash;

-- name: delete-expired-portal-sessions
-- params: idle_minutes
delete from portal_session
 where expires_at <= now() or seen_at <= now() - make_interval(mins => :idle_minutes);

-- name: delete-clear-id-tokens
-- A sealed token has two dots in a row (JWE with a shared key); a signed token does not.
update portal_session set id_token = null where id_token not like '%..%';
