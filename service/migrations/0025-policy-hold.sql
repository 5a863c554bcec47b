-- On-call can hold all updates, on all instances at once. One row: the hold as it is now.
create table policy_hold (
  id boolean primary key default true check (id),
  held boolean not null,
  reason text,
  actor_id text,
  actor_name text,
  at timestamptz not null default now(),
  check (not held or (reason is not null and actor_id is not null and actor_name is not null))
);
insert into policy_hold (held) values (false);

-- The new list holds the old one, so every row that is there fits. Validating it here would keep the
-- log locked while it is read.
alter table access_log drop constraint access_log_event_check;
alter table access_log add constraint access_log_event_check check (event in (
  'signed-in', 'sign-in-refused', 'signed-out', 'signed-out-everywhere', 'action-refused',
  'evidence-exported', 'tickets-exported', 'policy-set', 'updates-held', 'updates-released',
  'values-probed')) not valid;
