-- Sets of states that many statements ask for, and that indexes of cpe_update have. PostgreSQL puts
-- the body of such a function in the place of its call, so the planner still finds those indexes.
create function is_unsettled(state text) returns boolean language sql immutable parallel safe as $$
  select state in ('recorded', 'accepted', 'unknown', 'needs-attention')
$$;

-- Unsettled, and NIG may still answer.
create function is_to_ask(state text) returns boolean language sql immutable parallel safe as $$
  select state in ('recorded', 'accepted', 'unknown')
$$;

-- Whether the time in which NIG is asked is over. A row of the future was recorded before the clock
-- was set back: its deadline would never come.
create function is_past_deadline(ask_until timestamptz, recorded_at timestamptz)
returns boolean language sql stable parallel safe as $$
  select ask_until <= now() or recorded_at > now() + interval '1 min'
$$;
