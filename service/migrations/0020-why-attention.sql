-- Why an update needs a person, and what NIG held for its line then: {reason, at, holds, cpe}.
-- Null where it never needed one. Stays after the settlement.
alter table cpe_update add column attention jsonb;
