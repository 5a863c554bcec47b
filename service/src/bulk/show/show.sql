-- What people see of a bulk's rows.

-- name: select-rows
-- params: bulk_id, after, limit
select * from cpe_bulk_row where bulk_id = :bulk_id and row > :after order by row limit :limit;

-- name: select-rows-of-state
-- params: bulk_id, state: BulkRowState, after, limit
select * from cpe_bulk_row
 where bulk_id = :bulk_id and state = :state and row > :after order by row limit :limit;

-- name: select-rows-of-code
-- params: bulk_id, code, state?: BulkRowState, after, limit
select * from cpe_bulk_row
 where bulk_id = :bulk_id and code = :code and (:state::text is null or state = :state)
   and row > :after order by row limit :limit;

-- name: select-row
-- params: bulk_id, row
select * from cpe_bulk_row where bulk_id = :bulk_id and row = :row;

-- name: select-nig-references
-- params: ids
select id, nig_reference, settled_at from cpe_update where id = any(:ids::uuid[]);

-- name: prune-bulk-rows
-- params: days, most
-- columns: count!
select prune_bulk_rows(:days, :most) as count;
