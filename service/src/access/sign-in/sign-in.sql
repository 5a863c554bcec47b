-- name: insert-portal-session
-- params: token_hash, subject, name, roles, segment_groups, sealed_id_token?, issuer_subject, sid?,
--   sealed_refresh_token?, hours
insert into portal_session (token_hash, subject, name, roles, segment_groups, id_token,
                            issuer_subject, sid, refresh_token, roles_read_at, expires_at)
values (:token_hash, :subject, :name, :roles, :segment_groups, :sealed_id_token,
        :issuer_subject, :sid, :sealed_refresh_token, now(), now() + make_interval(hours => :hours));

-- name: select-portal-session
-- params: token_hash, idle_minutes, touch_after_s, renew_after_s
-- columns: is_to_touch!, is_to_renew!
select subject, name, roles, segment_groups,
       seen_at < now() - make_interval(secs => :touch_after_s) as is_to_touch,
       refresh_token is not null and roles_read_at < now() - make_interval(secs => :renew_after_s)
         as is_to_renew
  from portal_session
 where token_hash = :token_hash and expires_at > now()
   and seen_at > now() - make_interval(mins => :idle_minutes);

-- name: select-session-end
-- params: token_hash, idle_minutes
-- columns: ends_at!
-- When a session ends if nobody uses it again.
select least(expires_at, seen_at + make_interval(mins => :idle_minutes)) as ends_at
  from portal_session where token_hash = :token_hash;

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

-- name: delete-portal-sessions-of-issuer
-- params: issuer_subject?, sid?, until
-- Ends the sessions that an issuer ends: one by its sid, or all of a person that began by then.
delete from portal_session
 where (:sid::text is null or sid = :sid)
   and (:issuer_subject::text is null or coalesce(issuer_subject, subject) = :issuer_subject)
   and created_at <= :until::timestamptz
returning subject, name;

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

-- name: lease-renewal
-- params: token_hash, renew_after_s, lease_s
-- columns: issuer_subject!
-- Whoever gets the row uses its refresh token, which is often valid once.
update portal_session set renewing_until = now() + make_interval(secs => :lease_s)
 where token_hash = :token_hash and refresh_token is not null
   and roles_read_at < now() - make_interval(secs => :renew_after_s)
   and (renewing_until is null or renewing_until < now())
returning coalesce(issuer_subject, subject) as issuer_subject, subject, name, roles, segment_groups,
          refresh_token;

-- name: save-renewal
-- params: token_hash, name, roles, segment_groups, sealed_refresh_token
update portal_session
   set name = :name, roles = :roles, segment_groups = :segment_groups,
       refresh_token = :sealed_refresh_token, roles_read_at = now(), renewing_until = null
 where token_hash = :token_hash;

-- name: select-portal-sessions
-- params: subject?, idle_minutes, after_subject?, after_hash?, limit
-- The sessions that may be used now, those of a person together.
select token_hash, subject, name, roles, segment_groups, created_at, seen_at, expires_at
  from portal_session
 where expires_at > now() and seen_at > now() - make_interval(mins => :idle_minutes)
   and (:subject::text is null or subject = :subject)
   and (:after_subject::text is null or (subject, token_hash) > (:after_subject, :after_hash))
 order by subject, token_hash limit :limit;

-- name: end-portal-session
-- params: token_hash
delete from portal_session where token_hash = :token_hash returning subject, name;
