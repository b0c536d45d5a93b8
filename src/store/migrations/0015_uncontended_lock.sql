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
