-- The corp-data temp record has the same columns as the CPE.
alter table corp_data_temp add column ipv6_address text, add column ipv6_prefix text;
