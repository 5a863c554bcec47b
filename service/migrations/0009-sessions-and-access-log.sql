-- A session also ends when nobody used it for a while. Sessions of somebody are found to end them all.
alter table portal_session add column seen_at timestamptz not null default now();
create index portal_session_subject on portal_session (subject);

-- Who came in, who was refused, who took data out, and what rules the desk was started with. Only ever added to.
create table access_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  event text not null check (event in ('signed-in', 'sign-in-refused', 'signed-out', 'signed-out-everywhere',
    'action-refused', 'evidence-exported', 'tickets-exported', 'policy-set')),
  -- Null: nobody is known, or it was the desk itself.
  subject text,
  name text,
  address text,
  request_id text,
  detail jsonb not null default '{}'
);
create index access_log_event on access_log (event, id);
create index access_log_subject on access_log (subject, id);
