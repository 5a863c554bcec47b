-- name: count-work
-- params: segment_groups: SegmentGroup[]
-- columns: attention!, differences!
-- What waits for a person: updates to settle, and lines with an open difference.
select (select count(*) from cpe_update u join service_line l on l.id = u.service_line_id
         where u.state = 'needs-attention' and l.segment_group = any(:segment_groups::text[]))::int
         as attention,
       (select count(distinct d.service_line_id) from drift d
          join service_line l on l.id = d.service_line_id
         where d.repaired_at is null and l.segment_group = any(:segment_groups::text[]))::int
         as differences;
