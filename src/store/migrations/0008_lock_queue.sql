-- The queue of an account's lock. It is here and not in the lock's workflow, which would carry all of it from one history
-- to the next and hear of each that waits: decision 0024.
create table lock_request (
  run_id       text primary key references run on delete cascade,
  account_id   text not null references account on delete cascade,
  priority     integer not null,
  scheduled_at timestamptz not null,
  -- Among equals the one that came first.
  arrival      bigint generated always as identity
);
create index lock_request_next on lock_request (account_id, priority desc, scheduled_at, arrival);

alter table account
  -- When the lock's workflow last looked at the queue.
  add column lock_served_at timestamptz,
  -- When a run was last told to wake it, if it has not looked since.
  add column lock_woken_at  timestamptz;

-- Puts the run into the queue of its account, or returns the token that it holds already. `wakes` where the lock's
-- workflow must be told: nobody has the lock, nobody else waits, or it has not looked for longer than it should. All
-- others find it awake, and are found by it. A function, because it must see what was committed while it waited for the
-- account's row: a grant or a release that is missed here would be missed for minutes.
create function ask_for_lock(the_run text, out token bigint, out wakes boolean) language plpgsql as $$
declare
  asking run;
  asked account;
  is_first boolean;
  is_new boolean;
  since_served interval;
begin
  wakes := false;
  -- In the order in which a send takes the two rows.
  select * into asking from run where id = the_run and finished_at is null for key share;
  if not found then return; end if;
  select clock_timestamp() - lock_served_at into since_served from account where id = asking.account_id;
  -- One that asks again holds up nobody.
  if since_served < interval '3 minutes' and exists (select from lock_request where run_id = the_run) then
    return;
  end if;
  select * into strict asked from account where id = asking.account_id for no key update;
  if asked.lock_holder = the_run then
    token := asked.lock_token;
    return;
  end if;
  is_first := not exists (select from lock_request where account_id = asked.id and run_id <> the_run);
  insert into lock_request (run_id, account_id, priority, scheduled_at)
    values (the_run, asked.id, asking.priority, asking.scheduled_at) on conflict (run_id) do nothing;
  is_new := found;
  since_served := coalesce(clock_timestamp() - asked.lock_served_at, interval 'infinity');
  wakes := (asked.lock_woken_at is null or asked.lock_woken_at < clock_timestamp() - interval '1 minute')
    and (asked.lock_holder is null or is_first
         or since_served > case when is_new then interval '15 seconds' else interval '3 minutes' end);
  if wakes then
    update account set lock_woken_at = clock_timestamp() where id = asked.id;
  end if;
end $$;

-- What is read of the definitions of thousands of runs at once: their bodies are long, and a list of recipients in each.
alter table definition
  add column sending_window  jsonb   generated always as (body -> 'window') stored,
  add column zone            text    generated always as (body -> 'schedule' ->> 'zone') stored,
  add column rate_per_minute integer generated always as ((body ->> 'ratePerMinute')::integer) stored;
