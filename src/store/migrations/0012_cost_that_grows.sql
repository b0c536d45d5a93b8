-- Nothing that is done often may cost more the more is kept: indexes, and marks of what is dealt with.

-- What refers to a definition, for the retention.
create index reminder_definition on reminder (digest);
create index run_definition on run (digest);
-- Content by the media that it shows. Without a pending list, which a look-up would have to read through.
create index definition_media on definition using gin (jsonb_path_query_array(body, '$.**.media'))
  with (fastupdate = off);

-- Reminders that are not over: few among all that are kept. The scrape needs nothing but the columns of the first.
create index reminder_live on reminder (operator, dedupe_key) include (state, next_fire) where ended_at is null;
create index reminder_firing on reminder (operator, account_id, next_fire) where ended_at is null;
-- What an operator took out of the lists, in the order of the lists.
create index reminder_deleted_listing on reminder (operator, created_at desc, dedupe_key) where deleted_at is not null;
create index reminder_deleted_listing_by_state on reminder (operator, state, created_at desc, dedupe_key)
  where deleted_at is not null;

-- Lists of runs, the latest first: all, and by state.
create index run_listing on run (operator, scheduled_at desc, id desc);
create index run_listing_by_state on run (operator, state, scheduled_at desc, id desc);
create index run_unfinished_by_id on run (id) where finished_at is null;

-- What was purged is marked, so that the next night does not look at it again.
alter table run add column purged_at timestamptz;
create index run_to_purge on run (finished_at) where finished_at is not null and purged_at is null;
alter table reminder add column purged_at timestamptz;
create index reminder_to_purge on reminder (ended_at) where ended_at is not null and purged_at is null;
create index audit_at on audit (at);

-- The last message of an account to a chat, of whatever run. One that was not acknowledged says that the chat's members
-- may lack the sender's key (decision 0004), however long ago it was: so it is here, and the targets need not be kept.
create table chat_last_send (
  account_id text not null references account on delete cascade,
  jid        text not null,
  sending_at timestamptz not null,
  acked      boolean not null,
  primary key (account_id, jid)
) with (fillfactor = 80);
insert into chat_last_send (account_id, jid, sending_at, acked)
  select distinct on (r.account_id, t.jid) r.account_id, t.jid, s.sending_at, s.state = 'acked'
  from send s join target t on t.run_id = s.run_id and t.ordinal = s.ordinal join run r on r.id = s.run_id
  where s.sending_at is not null
  order by r.account_id, t.jid, s.sending_at desc;
-- Nothing looks for the targets of a chat any more.
drop index target_recipient;

-- What a message needs of its definition, beside the body: that holds the whole audience, and is read and unpacked whole
-- however little of it is asked for.
alter table definition
  add column parts             jsonb   generated always as (body -> 'parts') stored,
  add column on_uncertain      text    generated always as (body ->> 'onUncertain') stored,
  add column group_concurrency integer generated always as ((body ->> 'groupConcurrency')::integer) stored;

-- The history of a reminder and of its runs: a run's id begins with its reminder's. Whatever order the database has.
drop index audit_subject;
create index audit_subject on audit (subject text_pattern_ops, at);

-- A delivery in the order of its event, without looking the event up.
alter table webhook_delivery add column at timestamptz not null default clock_timestamp();
update webhook_delivery d set at = v.at from webhook_event v where v.id = d.event_id;
create index webhook_delivery_listing on webhook_delivery (endpoint_id, state, at desc);
-- The queue, what is handed over and the listing each have their own.
drop index webhook_delivery_waiting;

-- As they were, but for the definition's body and for the time: a condition on `clock_timestamp()` itself, which is another
-- one for each row, is not looked up in an index, so each grant read all slots of the account's last day.
create or replace function rate_slot_free_at(the_account text, the_reminder text, most integer, span interval)
returns timestamptz language plpgsql as $$
declare
  the_time constant timestamptz := clock_timestamp();
  still_open integer;
  free_at timestamptz;
begin
  select count(*) into still_open from rate_slot
    where account_id = the_account and open and (the_reminder is null or reminder = the_reminder);
  if still_open >= most then
    return the_time + span;
  end if;
  select at + span into free_at from rate_slot
    where account_id = the_account and not open and at > the_time - span
      and (the_reminder is null or reminder = the_reminder)
    order by at desc offset most - still_open - 1 limit 1;
  return free_at;
end $$;
create or replace function take_rate_slot(
  the_account text, the_run text, the_epoch bigint, the_ticket bigint, held bigint[],
  out slot bigint, out wait_ms integer, out why text)
language plpgsql as $$
declare
  sender account;
  the_reminder text;
  reminder_limit integer;
  daily_cap integer;
  free_at timestamptz;
  next_at timestamptz;
  forgotten_at timestamptz;
  span constant interval := interval '60.5 seconds';
  day constant interval := interval '24 hours 0.5 seconds';
  jitter constant interval := interval '0.7 seconds';
begin
  select * into strict sender from account where id = the_account for no key update;
  select run.dedupe_key, definition.rate_per_minute into the_reminder, reminder_limit
    from run join definition on definition.digest = run.digest where run.id = the_run;
  daily_cap := daily_cap_of(sender);
  forgotten_at := clock_timestamp() - day - span;
  -- A few at a time: the first grant after a long silence must not wait for all of yesterday's.
  delete from rate_slot where id = any (array(
    select id from rate_slot where account_id = the_account and not open and at < forgotten_at order by at limit 100));
  -- Questions may arrive out of turn, so this one knows nothing of younger ones.
  update rate_slot set open = false, at = clock_timestamp()
    where account_id = the_account and open and epoch = the_epoch and ticket < the_ticket and ticket <> all (held);

  -- Where several limits hold it, the one that holds it longest counts.
  free_at := rate_slot_free_at(the_account, null, sender.rate_per_minute, span);
  if free_at is not null then
    why := 'account';
  end if;
  if reminder_limit is not null then
    next_at := rate_slot_free_at(the_account, the_reminder, reminder_limit, span);
    if next_at is not null and (free_at is null or next_at > free_at) then
      free_at := next_at;
      why := 'reminder';
    end if;
  end if;
  if daily_cap is not null then
    next_at := rate_slot_free_at(the_account, null, daily_cap, day);
    if next_at is not null and (free_at is null or next_at > free_at) then
      free_at := next_at;
      why := 'day';
    end if;
  end if;

  if free_at is null then
    -- An owner of old can send nothing any more, and nobody would close what it leaves open.
    insert into rate_slot (account_id, at, reminder, open, epoch, ticket)
      values (the_account, clock_timestamp(), the_reminder, coalesce(the_epoch = sender.epoch, false), the_epoch, the_ticket)
      returning id into slot;
  else
    wait_ms := greatest(1, ceil(extract(epoch from free_at + random() * jitter - clock_timestamp()) * 1000));
  end if;
end $$;
create or replace function measured_gap_ms(the_run text) returns double precision language sql stable as $$
  with limits as materialized (
    select r.account_id, greatest(r.sending_since, a.state_since) as since, r.dedupe_key,
      a.rate_per_minute, d.rate_per_minute as reminder_limit, daily_cap_of(a) as daily_cap,
      interval '60.5 seconds' as span, interval '24 hours 0.5 seconds' as day, clock_timestamp() as now
    from run r join account a on a.id = r.account_id join definition d on d.digest = r.digest
    where r.id = the_run
  ), slot as (
    -- No further back than what can have held one of the last minute: a day's slots only where a day is counted.
    select s.at, s.acked,
      lag(s.at, l.rate_per_minute) over (order by s.at) + l.span as minute_free,
      lag(s.at, l.reminder_limit) over (partition by s.reminder order by s.at) + l.span as reminder_free,
      lag(s.at, l.daily_cap) over (order by s.at) + l.day as day_free
    from limits l join rate_slot s on s.account_id = l.account_id
      and s.at > l.now - 3 * l.span - case when l.daily_cap is null then interval '0' else l.day end
  ), acked as (
    select at, minute_free, reminder_free, day_free, coalesce(lag(at) over (order by at), (
      -- Where there was none for minutes.
      select s.at from rate_slot s, limits l
      where s.account_id = l.account_id and s.acked and s.at < slot.at order by s.at desc limit 1)) as before
    from slot where acked
  )
  select avg(greatest(0, 1000 * extract(epoch from at - greatest(before, minute_free, reminder_free, day_free))))
  from acked, limits where at > now - span and before >= since
$$;
