-- Every call to NIG about an update with what came of it, in order: what a supervisor decides on, and a reviewer after.
-- The number of calls is bounded: NIG is asked at growing intervals until `ask_until`.
alter table cpe_update add column attempts jsonb not null default '[]';
