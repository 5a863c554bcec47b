-- no-transaction
create index concurrently ctt_search_text on ctt using gin (search_text gin_trgm_ops);
create index concurrently ctt_number_plain on ctt (plain_text(ticket_no));
create index concurrently ctt_search_text_missing on ctt (opened_at) where search_text is null;
create index concurrently cpe_part on cpe using gin (
  plain_identifier(coalesce(serial_number, '') || ' ' || coalesce(mac_address, '') || ' ' || ip_address
    || ' ' || coalesce(ipv6_address, '') || ' ' || coalesce(ipv6_prefix, '')) gin_trgm_ops);
create index concurrently cpe_port on cpe (port);
create index concurrently cpe_model on cpe (lower(model) collate "C");
create index concurrently cpe_claim_network on cpe_claim ((value::inet))
  where kind in ('ip-address', 'ipv6-prefix');
