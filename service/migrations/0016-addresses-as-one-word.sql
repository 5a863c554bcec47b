-- Trigrams do not go across a dot: of an address they were those of its four numbers, which nearly all addresses have. With
-- letters for dots and colons an address is one word, and a part of it is found by what is next to what.
drop index cpe_address_part;
create index cpe_address_part on cpe using gin (translate(ip_address, '.:', 'xz') gin_trgm_ops);
