-- The claims from before the triggers, in a file of its own: these are running by now. The lock
-- lets no line release an address while it is copied. New claims of it are written by the trigger.
insert into network_claim (network, service_line_id)
select value::inet, service_line_id from cpe_claim
 where kind = 'ip-address' and value like '%:%' for key share
on conflict (network, service_line_id) do nothing;
