-- Counts of settled updates by the day (UTC) on which they were settled: what the overview adds up, however many updates
-- there were. Outcomes, NIG's answer times, its refusals, and the models that were corrected are each a fact with its keys.
create table update_summary (
  day date not null,
  segment_group text not null,
  fact text not null check (fact in ('outcome', 'answer-ms', 'refusal', 'correction', 'swap')),
  key text not null,
  count bigint not null,
  primary key (day, segment_group, fact, key)
);

-- Updates settled before this are in the summary; the others are counted when somebody asks.
create table update_summary_until (
  id boolean primary key default true check (id),
  until timestamptz not null
);
insert into update_summary_until (until) values ('-infinity');

create index cpe_update_settled on cpe_update (settled_at) where settled_at is not null;
