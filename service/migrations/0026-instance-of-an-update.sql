-- For whoever asks how an update came about: the instance that recorded and sent it (host, process,
-- id), and the update that it takes back. Null: recorded before, or no revert.
alter table cpe_update add column instance text, add column revert_of uuid;
