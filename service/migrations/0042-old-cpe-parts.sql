-- no-transaction
-- cpe_part has what these had. An instance of 0.1.0 that still runs searches a CPE's serial number and address by reading
-- the table, until it is stopped. The other old indexes of parts go in 0.3.0: without them its searches would read ctt.
drop index concurrently if exists cpe_serial_part;
drop index concurrently if exists cpe_address_part;
