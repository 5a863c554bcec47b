-- name: select-idempotency-key
-- params: caller_id, key
select ctt_id, body_hash, update_id, status, answer from idempotency_key
 where caller_id = :caller_id and key = :key;

-- name: store-answer
-- params: update_id, status, answer
update idempotency_key set status = :status, answer = :answer where update_id = :update_id;

-- name: delete-key-of-update
-- params: update_id
delete from idempotency_key where update_id = :update_id;

-- name: delete-old-keys
-- params: hours
delete from idempotency_key
 where status is not null and created_at < now() - :hours * interval '1 hour';
