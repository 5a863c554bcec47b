-- The search itself is put together in TypeScript: its tables, conditions and order depend on the
-- request.

-- name: select-samples-of-searched-columns
-- columns: column!, frequent!, shares!, bounds!
-- The statistics of each searched column: frequent values with their shares, and bounds of equally
-- many others. The row `letters` has trigrams where letters beyond ASCII are letters to pg_trgm.
select tablename || '.' || attname as "column",
       coalesce(most_common_vals::text::text[], '{}') as frequent,
       coalesce(most_common_freqs::float8[], '{}') as shares,
       coalesce(histogram_bounds::text::text[], '{}') as bounds
  from pg_stats
 where schemaname = 'public' and (tablename, attname) in (
   ('ctt', 'ticket_no'), ('service_line', 'customer'), ('service_line', 'id'),
   ('cpe', 'serial_number'), ('cpe', 'ip_address'))
union all
select 'letters', show_trgm('ö'), '{}', '{}';
