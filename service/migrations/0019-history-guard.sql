-- The database itself refuses a history entry that does not continue its line's chain. The end of
-- the chain is in cpe; write-applied moves it and adds the entry in one statement. Which of the two
-- PostgreSQL does first is undefined, so the entry is checked on both sides of the statement:
--   before: it follows the end as the statement's snapshot has it. The function is STABLE, and such
--     a function never sees changes of the statement that calls it (PostgreSQL manual, 39.2).
--   after: it is the end now. A writer that does not move the end (before 0014) fails here.
-- Of two writers with the same snapshot the second one waits for the row of cpe; its move is then no
-- longer a step of one, which the trigger on cpe refuses. Nothing here takes a lock.
create function check_history_entry() returns trigger language plpgsql stable as $$
declare
  end_sequence integer;
  end_hash text;
  end_at timestamptz;
begin
  -- The desk keeps times in milliseconds.
  select history_sequence, history_hash, date_trunc('milliseconds', history_at)
    into end_sequence, end_hash, end_at
    from public.cpe where service_line_id = new.service_line_id;
  if new.sequence is distinct from end_sequence + 1 or new.previous_hash is distinct from end_hash then
    raise exception 'entry % of line % does not continue the chain, which ends with entry %',
        new.sequence, new.service_line_id, end_sequence
      using errcode = 'check_violation', constraint = 'cpe_history_continues_chain';
  end if;
  if new.at < end_at
     or new.at is distinct from end_at
        and new.at not between clock_timestamp() - interval '5 min'
                           and clock_timestamp() + interval '5 min' then
    raise exception 'entry % of line % is of %, the entry before it of %, the time is %',
        new.sequence, new.service_line_id, new.at, end_at, clock_timestamp()
      using errcode = 'check_violation', constraint = 'cpe_history_has_time';
  end if;
  return new;
end
$$;

create function check_history_end() returns trigger language plpgsql as $$
begin
  if not exists (
    select from public.cpe
     where service_line_id = new.service_line_id and history_sequence = new.sequence
       and history_hash = new.hash and history_at = new.at)
  then
    raise exception 'entry % of line % was added without moving the end of the chain',
        new.sequence, new.service_line_id
      using errcode = 'check_violation', constraint = 'cpe_history_moves_end';
  end if;
  return null;
end
$$;

create function refuse_chain_move() returns trigger language plpgsql as $$
begin
  raise exception 'the chain of line % ends with entry %, its end cannot move to entry %',
      old.service_line_id, old.history_sequence, new.history_sequence
    using errcode = 'check_violation', constraint = 'cpe_history_moves_by_one';
end
$$;

-- Locks in the order in which write-applied takes them: cpe, then cpe_history.
create trigger cpe_chain_moves_by_one
  before update of history_sequence, history_hash, history_at on cpe for each row
  when (new.history_sequence <> old.history_sequence + 1
        and (old.history_sequence, old.history_hash, old.history_at)
            is distinct from (new.history_sequence, new.history_hash, new.history_at))
  execute function refuse_chain_move();
create trigger cpe_history_continues_chain before insert on cpe_history
  for each row execute function check_history_entry();
create trigger cpe_history_moves_end after insert on cpe_history
  for each row execute function check_history_end();

-- From here on times never fall along a chain. Where the clock was ahead before, that holds from the
-- newest entry on. No entry can be added meanwhile: create trigger keeps writers out.
alter table schema_guard add column history_ordered_since timestamptz not null default now();
update schema_guard set history_ordered_since =
  greatest(clock_timestamp(), (select max(at) from cpe_history where at > now()));
