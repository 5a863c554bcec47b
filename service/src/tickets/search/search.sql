-- The search itself is put together in TypeScript: its tables, conditions and order depend on the
-- request.

-- name: prepare-search
-- params: q, facets
-- columns: plain!, parts!, is_frequent!, all!, left!, is_filled!
-- `plain` is the searched text as `ctt.search_text` has it. `parts` are the four parts of three
-- characters that are the rarest in a sample of the column: GIN reads the list of each part, and
-- that of a common one is as long as the table. `is_frequent`: ten or more of the sample of about a
-- hundred have the whole text, so an index would answer a tenth of the table. `left`: of `all`
-- tickets those that the filter leaves. `is_filled`: no ticket lacks its text.
select plain_text(:q) as plain,
       array(select substr(plain_text(:q), n, 3)
               from generate_series(1, length(plain_text(:q)) - 2) n
              order by (select count(*) from unnest(sample) s
                         where position(substr(plain_text(:q), n, 3) in s) > 0), n desc
              limit 4) as parts,
       (select count(*) >= 10 from unnest(sample) s
         where position(plain_text(:q) in s) > 0) as is_frequent,
       (select coalesce(sum(count), 0)::bigint from ticket_count) as "all",
       (select coalesce(sum(count), 0)::bigint from ticket_count c
         where c.status || '/' || c.technology || '/' || c.managed_services || '/'
               || c.segment_group = any(:facets)) as "left",
       not exists (select from ctt where search_text is null) as is_filled
  from (select max(histogram_bounds::text::text[]) as sample from pg_stats
         where schemaname = 'public' and tablename = 'ctt' and attname = 'search_text') s;

-- name: fill-search-text
-- params: before, most
select fill_search_text(:before, :most)::text as until;
