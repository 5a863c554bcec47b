-- An intent comes before its values are in `cpe`: it already needs instances that know them.
create trigger cpe_update_dual_stack before insert on cpe_update for each row
  when (new.after ?| array['ipv6Address', 'ipv6Prefix'])
  execute function refuse_older_writers();
