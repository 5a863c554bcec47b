-- The overview counts by days of a time zone: that of the desk (TZ). Each zone has counts of its own, so
-- that instances with different zones do not disturb each other. The release before goes on with
-- update_summary, whose days are days of UTC.
create table zone_summary (
  time_zone text not null,
  day date not null,
  segment_group text not null,
  fact text not null check (fact in ('outcome', 'answer-ms', 'refusal', 'correction', 'swap')),
  key text not null,
  count bigint not null,
  primary key (time_zone, day, segment_group, fact, key)
);

-- Updates settled before `until` are in the counts of the zone.
create table zone_summary_until (
  time_zone text primary key,
  until timestamptz not null
);

-- In one statement: both are of the same moment.
with counted as (
  insert into zone_summary select 'UTC', day, segment_group, fact, key, count from update_summary)
insert into zone_summary_until select 'UTC', until from update_summary_until;
