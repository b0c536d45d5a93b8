-- A lock that is free, and that nobody waits for, is the asker's at once: its workflow is only needed where somebody waits
-- (decision 0036).

-- The token, where the account's lock is free and nobody waits for it, or this run has it already.
create function take_free_lock(the_account text, the_run text) returns bigint language plpgsql as $$
declare
  asked account;
  token bigint;
begin
  select * into strict asked from account where id = the_account for no key update;
  if asked.lock_holder = the_run then return asked.lock_token; end if;
  if asked.lock_holder is not null
    or exists (select from lock_request where account_id = the_account and run_id <> the_run) then
    return null;
  end if;
  delete from lock_request where run_id = the_run;
  update account set lock_token = lock_token + 1, lock_since = clock_timestamp(), lock_holder = the_run
    where id = the_account returning lock_token into strict token;
  return token;
end $$;

create or replace function ask_for_lock(the_run text, out token bigint, out wakes boolean) language plpgsql as $$
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
  token := take_free_lock(asking.account_id, the_run);
  if token is not null then return; end if;
  select * into strict asked from account where id = asking.account_id;
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

-- To the next in the queue, where nobody holds the account's lock. Of a run that only waited for it the row goes on with
-- that: `runs`. Not where somebody has the row just now, who may wait for the account's.
create function grant_next_lock(the_account text, out granted text, out token bigint, out runs boolean)
language plpgsql as $$
begin
  runs := false;
  perform from account where id = the_account and lock_holder is null for no key update;
  if not found then return; end if;
  delete from lock_request where run_id = (
      select run_id from lock_request where account_id = the_account
      order by priority desc, scheduled_at, arrival limit 1)
    returning run_id into granted;
  if granted is null then return; end if;
  update account set lock_token = lock_token + 1, lock_since = clock_timestamp(), lock_holder = granted
    where id = the_account returning lock_token into strict token;
  perform from run where id = granted and state = 'waiting' and hold is null and finished_at is null
      and prepared_at is not null and window_opens_at is null
    for no key update skip locked;
  if not found then return; end if;
  runs := true;
  update run set state = 'running', reason = null, lock_token = token, started_at = coalesce(started_at, now()),
      sending_since = coalesce(sending_since, now()), waits_until = null
    where id = granted;
end $$;

-- Gives back the lock, where the run has it (with this token, if one is given), or its place in the queue; the lock goes to
-- the next. One who had it, and gives it back again, may have died before he told the next.
create function release_lock(
  the_account text, the_run text, its_token bigint, out granted text, out token bigint, out runs boolean
) language plpgsql as $$
declare
  known account;
begin
  runs := false;
  select * into known from account where id = the_account for no key update;
  if not found then return; end if;
  delete from lock_request where run_id = the_run and account_id = the_account;
  if known.lock_holder = the_run and (its_token is null or its_token = known.lock_token) then
    update account set lock_holder = null, lock_since = null where id = the_account;
  elsif known.lock_holder is not null then
    if its_token is not null and known.lock_holder <> the_run then
      select h.granted, h.token, h.runs into granted, token, runs from lock_holder_of(the_account) h;
    end if;
    return;
  end if;
  select g.granted, g.token, g.runs into granted, token, runs from grant_next_lock(the_account) g;
end $$;

-- Who has the lock, as one is told who is granted it.
create function lock_holder_of(the_account text, out granted text, out token bigint, out runs boolean)
stable language sql as $$
  select a.lock_holder, a.lock_token, coalesce(r.state = 'running' and r.lock_token = a.lock_token, false)
    from account a left join run r on r.id = a.lock_holder where a.id = the_account and a.lock_holder is not null
$$;
