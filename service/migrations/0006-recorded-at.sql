-- When the intent was recorded, by the database's clock: that of an instance may be wrong.
alter table cpe_update add column recorded_at timestamptz not null default now();
