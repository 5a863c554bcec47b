-- name: import-select-known-lines
-- params: ids
select id from service_line where id = any(:ids);

-- name: import-select-known-tickets
-- params: ids
select id from ctt where id = any(:ids);

-- name: import-select-element-kinds
-- params: ids
select id, kind from network_element where id = any(:ids);

-- name: import-select-cpes-of-others
-- params: line_ids, cpe_ids
-- Ids of CPEs that other lines have.
select c.network_element_id as id
  from unnest(:line_ids::text[], :cpe_ids::text[]) r(line, cpe)
  join cpe c on c.network_element_id = r.cpe
 where c.service_line_id <> r.line;

-- name: import-select-ticket-numbers-of-others
-- params: ids, ticket_nos
-- Ticket numbers that other tickets have.
select t.ticket_no as id
  from unnest(:ids::text[], :ticket_nos::text[]) r(id, ticket_no)
  join ctt t on t.ticket_no = r.ticket_no
 where t.id <> r.id;

-- name: import-select-taken-claims
-- params: kinds, values, line_ids
-- Claims that other lines hold.
select h.kind, h.value
  from unnest(:kinds::text[], :values::text[], :line_ids::text[]) r(kind, value, line)
  join cpe_claim h on h.kind = r.kind and h.value = r.value
 where h.service_line_id <> r.line;
