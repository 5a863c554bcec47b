-- From the upload to rows with a mapping.

-- name: delete-parts
-- params: bulk_id
delete from cpe_bulk_part where bulk_id = :bulk_id;

-- name: delete-lost-parts
-- Parts of uploads that did not end.
delete from cpe_bulk_part as p
 where arrived_at < now() - interval '1 hour'
   and not exists (select from cpe_bulk b where b.id = p.bulk_id and b.state = 'reading');

-- name: select-upload
-- params: creator_id, key
-- The upload with this key.
select id, file_sha256 from cpe_bulk where created_by_id = :creator_id and upload_key = :key;

-- name: count-open-uploads
-- params: creator_id
-- columns: count!
select count(*)::int as count from cpe_bulk
 where created_by_id = :creator_id and state not in ('unreadable', 'cancelled', 'finished');

-- name: select-same-file
-- params: file_sha256, segment_groups: SegmentGroup[]
-- The newest bulk of the same bytes.
select id, name from cpe_bulk
 where file_sha256 = :file_sha256 and segment_groups <@ :segment_groups
 order by id desc limit 1;

-- name: insert-bulk
-- params: id, name, format, encoding?, separator?, bytes, file_sha256, notes,
--   segment_groups: SegmentGroup[], created_by_id, created_by_name, upload_key?, counts
-- No row where the key was used.
insert into cpe_bulk (id, kind, name, state, format, encoding, separator, bytes, file_sha256, notes,
                      segment_groups, creator_groups, created_by_id, created_by_name, upload_key,
                      counts)
values (:id, 'upload', :name, 'reading', :format, :encoding, :separator, :bytes, :file_sha256,
        :notes, :segment_groups, :segment_groups, :created_by_id, :created_by_name, :upload_key,
        :counts)
on conflict (created_by_id, upload_key) do nothing
returning id;

-- name: insert-rows
-- params: bulk_id, rows: number[], lines: number[], cells, faults: (string | null)[]
-- `cells` are arrays in PostgreSQL's text form.
insert into cpe_bulk_row (bulk_id, row, line, cells, fault)
select :bulk_id, w.row, w.line, w.cells::text[], w.fault::jsonb
  from unnest(:rows::int[], :lines::int[], :cells::text[], :faults::text[])
    as w(row, line, cells, fault);

-- name: select-last-mapping
-- params: headings_key
-- The mapping of the newest bulk with the same headings that was checked.
select mapping from cpe_bulk
 where headings_key = :headings_key and mapping is not null
   and state not in ('reading', 'needs-mapping', 'unreadable')
 order by id desc limit 1;

-- name: finish-reading
-- params: id, lease, state: BulkState, encoding?, separator?, headings, headings_key, mapping,
--   questions, counts
-- Ends the reading, unless another instance has the lease or the bulk was cancelled.
update cpe_bulk
   set state = :state, encoding = :encoding, separator = :separator, headings = :headings,
       headings_key = :headings_key, mapping = :mapping, questions = :questions, counts = :counts,
       lease = null, leased_until = null
 where id = :id and lease = :lease and state = 'reading'
returning id;

-- name: fail-reading
-- params: id, lease, fault
update cpe_bulk
   set state = 'unreadable', fault = :fault, finished_at = now(), lease = null, leased_until = null
 where id = :id and lease = :lease and state = 'reading'
returning id;

-- name: set-mapping
-- params: id, mapping
update cpe_bulk set mapping = :mapping where id = :id;
