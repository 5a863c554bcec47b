-- Who has a ticket of a line open right now: one row for each open event stream of a person. Nothing is lost with it, so it
-- is not written to the log; a row that is not renewed belongs to an instance that died, and counts for nothing.
create unlogged table line_presence (
  stream_id uuid primary key,
  service_line_id text not null,
  subject text not null,
  name text not null,
  seen_at timestamptz not null default now()
);
create index line_presence_line on line_presence (service_line_id);
create index line_presence_seen on line_presence (seen_at);

-- The newest entry of a line, for "since when and by whom", and the other tickets of a line, newest first.
drop index ctt_line;
create index ctt_line on ctt (service_line_id, opened_at desc, id desc);
