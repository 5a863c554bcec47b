-- How a person settled an update whose outcome nobody else could tell: { outcome, by, reason, at }.
alter table cpe_update add column settlement jsonb;
alter table cpe_history add column settlement jsonb;
create index cpe_update_attention on cpe_update (requested_at) where state = 'needs-attention';
