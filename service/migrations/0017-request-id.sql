-- The id of the HTTP request that recorded the update, as NIG sees it (`x-request-id`). Null: recorded before.
alter table cpe_update add column request_id text;
