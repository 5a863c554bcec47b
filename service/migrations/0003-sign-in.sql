-- Portal sessions. The cookie holds a random token; only its SHA-256 is kept.
create table portal_session (
  token_hash text primary key,
  subject text not null,
  name text not null,
  roles text[] not null,
  segment_groups text[] not null,
  id_token text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index portal_session_expiry on portal_session (expires_at);
