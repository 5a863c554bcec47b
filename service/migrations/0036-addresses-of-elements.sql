-- The IP and MAC addresses of an element itself, and of the gateways that it gives its customers:
-- none of them is a CPE's.
alter table network_element add column addresses text[] not null default '{}';
