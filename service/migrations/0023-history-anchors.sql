-- One signing key and one chain of signed records for all instances (decision 0021).

-- Public keys that sign the history. One is current; it vouches for those before it.
create table history_key (
  key_id text primary key,
  public_key text not null,
  registered_at timestamptz not null default clock_timestamp(),
  retired_at timestamptz,
  -- The current key's signature over `{ keyId, publicKey }` of a retired one.
  vouched text,
  check ((retired_at is null) = (vouched is null))
);
create unique index history_key_current on history_key ((retired_at is null)) where retired_at is null;

-- The records in the order of their numbers: anchors, and notes of restores. `body` is what was
-- signed, byte for byte; each instance keeps a copy in its DATA_DIR, where the owner of this table
-- cannot change it.
create table history_anchor (
  number integer primary key check (number > 0),
  kind text not null check (kind in ('anchor', 'restore')),
  at timestamptz not null,
  digest text not null,
  body text not null
);
create function refuse_anchor_change() returns trigger language plpgsql as $$
begin
  raise exception 'history_anchor is never changed or deleted (%)', tg_op
    using errcode = 'insufficient_privilege';
end
$$;
create trigger history_anchor_no_change before update or delete on history_anchor
  for each row execute function refuse_anchor_change();
create trigger history_anchor_no_truncate before truncate on history_anchor
  for each statement execute function refuse_anchor_change();

-- Which instance writes the records, until when, and up to which number they were posted.
create table history_lease (
  id boolean primary key default true check (id),
  holder uuid,
  until timestamptz not null default '-infinity',
  posted integer not null default 0
);
insert into history_lease default values;
