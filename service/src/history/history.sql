-- name: select-history-entries
-- params: service_line_id, before?, limit, field?: CpeField, name_like?, from?, to?
-- A page of a line's entries, newest first: before a sequence, and of a field, a person and a time
-- where these are given.
select h.id, h.service_line_id, h.sequence, h.at, h.update_id, h.ctt_id, h.ticket_no, h.kind,
       h.actor_id, h.actor_name, h.changed, h.before, h.after, h.reason, h.nig_reference,
       h.settlement, h.repair, h.bulk, h.rules, h.previous_hash, h.hash,
       (select u.request_id from cpe_update u where u.id = h.update_id) as request_id
  from cpe_history h
 where h.service_line_id = :service_line_id and (:before::int is null or h.sequence < :before)
   and (:field::text is null or :field = any(h.changed))
   and (:name_like::text is null or h.actor_name ilike :name_like)
   and (:from::timestamptz is null or h.at >= :from) and (:to::timestamptz is null or h.at < :to)
 order by h.sequence desc limit :limit;

-- name: select-swaps
-- params: service_line_id
-- The swaps of a line, oldest first.
select sequence, at, before, after from cpe_history
 where service_line_id = :service_line_id and kind = 'swap' order by sequence;

-- name: select-cpe-at
-- params: service_line_id, at
-- The CPE in a line's history at a moment: after the last entry until then, else before the first
-- entry.
select sequence, cpe from (
  (select sequence, after as cpe from cpe_history
    where service_line_id = :service_line_id and at <= :at
    order by sequence desc limit 1)
  union all
  (select null, before from cpe_history
    where service_line_id = :service_line_id and sequence = 1)) found
order by sequence nulls last limit 1;

-- name: select-chain
-- params: line_id?, after_line, after_sequence, limit
-- Entries of all lines in the order of their chains, after a position. Of one line where that is
-- given.
select id, service_line_id, sequence, at, update_id, ctt_id, ticket_no, kind, actor_id, actor_name,
       changed, before, after, reason, nig_reference, settlement, repair, bulk, rules, previous_hash,
       hash
  from cpe_history
 where (:line_id::text is null or service_line_id = :line_id)
   and (service_line_id, sequence) > (:after_line, :after_sequence)
 order by service_line_id, sequence limit :limit;

-- name: count-applied
-- params: line_ids?
-- columns: applied!
-- The number of applied updates of these lines; of all lines with updates where none are given.
select service_line_id as line, count(*) as applied from cpe_update
 where state = 'applied' and (:line_ids::text[] is null or service_line_id = any(:line_ids))
 group by 1 order by 1;

-- name: declare-all-heads
-- Cursors over the ends of chains, in the order of their lines. A transaction has one at a time.
declare heads no scroll cursor for
select service_line_id as line, history_sequence as sequence, history_hash as hash
  from cpe
 where history_sequence > 0 order by service_line_id;

-- name: declare-heads-since
-- params: since
declare heads no scroll cursor for
select distinct on (service_line_id) service_line_id as line, sequence, hash from cpe_history
 where at >= :since order by service_line_id, sequence desc;

-- name: select-lost-heads
-- params: lines, sequences, hashes
-- columns: line!, sequence!
-- Anchored heads that the history lacks or has with another hash.
select a.line, a.sequence
  from unnest(:lines::text[], :sequences::int[], :hashes::text[]) as a(line, sequence, hash)
  left join cpe_history h on h.service_line_id = a.line and h.sequence = a.sequence
 where h.hash is distinct from a.hash order by 1, 2;

-- name: select-history-ordered-since
-- The time of migration 0019. Since then times along a chain never go back.
select history_ordered_since as since from schema_guard;

-- name: select-history-entry-of-update
-- params: update_id
select id, service_line_id, sequence, at, update_id, ctt_id, ticket_no, kind, actor_id, actor_name,
       changed, before, after, reason, nig_reference, settlement, repair, bulk, rules, previous_hash,
       hash
  from cpe_history
 where update_id = :update_id;

-- name: make-next-history-months
select from keep_history_months();

-- name: select-has-old-history
-- columns: found!
-- Whether the history has an entry that an anchor should cover.
select exists (select from cpe_history where at < clock_timestamp() - interval '1 day') as found;

-- name: select-heads
-- params: lines
-- columns: line!, sequence!, hash!
-- The ends of these lines' chains; 0 and "" for a line without entries.
select l.line, coalesce(h.sequence, 0) as sequence, coalesce(h.hash, '') as hash
  from unnest(:lines::text[]) as l(line)
  left join lateral (select sequence, hash from cpe_history where service_line_id = l.line
                      order by sequence desc limit 1) h on true
 order by l.line;
