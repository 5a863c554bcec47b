-- What a session keeps of the issuer: its own `sub` and session id, to end it when the person signs
-- out there, and the sealed refresh token, to read the roles again.
alter table portal_session
  add column issuer_subject text,
  add column sid text,
  add column refresh_token text,
  add column roles_read_at timestamptz,
  -- Who reads the roles again holds this: a refresh token is often valid once.
  add column renewing_until timestamptz;

-- A person's open event streams end with the session, on all instances.
create function announce_session_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('session_changed', old.subject);
  return null;
end
$$;
create trigger announce_session_change after delete or update of roles, segment_groups
  on portal_session for each row execute function announce_session_change();

-- Tokens of programs that have no issuer. Only the SHA-256 of a token is kept.
create table api_token (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  token_hash text not null unique,
  -- The first characters, by which people recognise a token.
  prefix text not null,
  roles text[] not null check (roles <> '{}' and not 'admin' = any (roles)),
  segment_groups text[] not null,
  created_at timestamptz not null default now(),
  created_by_id text not null,
  created_by_name text not null,
  expires_at timestamptz not null check (expires_at <= created_at + interval '366 days'),
  last_used_at timestamptz,
  revoked_at timestamptz,
  -- The day (UTC) of the last entry in the access log, and the addresses since then.
  logged_on date,
  addresses text[] not null default '{}'
);
create unique index api_token_name on api_token (lower(name)) where revoked_at is null;

-- The new list holds the old one, so every row that is there fits. Validating it here would keep the
-- log locked while it is read.
alter table access_log drop constraint access_log_event_check;
alter table access_log add constraint access_log_event_check check (event in (
  'signed-in', 'sign-in-refused', 'signed-out', 'signed-out-everywhere', 'action-refused',
  'evidence-exported', 'tickets-exported', 'policy-set', 'updates-held', 'updates-released',
  'values-probed', 'model-added', 'model-request-declined', 'session-ended', 'roles-changed',
  'token-created', 'token-revoked', 'token-used')) not valid;
