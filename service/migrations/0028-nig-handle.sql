-- By which NIG is asked for the outcome of an update, such as the address of a monitor. Null: its
-- id suffices.
alter table cpe_update add column nig_handle text,
  add constraint cpe_update_nig_handle_check check (length(nig_handle) <= 500) not valid;
