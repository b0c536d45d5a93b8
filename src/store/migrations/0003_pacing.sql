-- Pacing: besides so many sends in any minute, an account may have a cap of sends in any 24 hours, and a ramp of such
-- caps while its number is new. A reminder may have a lower limit of its own.

alter table account
  add column daily_cap integer check (daily_cap between 1 and 10000000),
  -- The ramp `warm_up_step` holds as well, by the days since the number was linked.
  add column warm_up boolean not null default false,
  -- When this number was linked; the same number linked again is not new.
  add column linked_at timestamptz;
update account set linked_at = created_at where jid is not null;

-- From this day on (0 is the day in which the number was linked) so many sends in any 24 hours; after the last step
-- as many as the other limits let.
create table warm_up_step (
  from_day integer primary key check (from_day >= 0),
  -- Null: the ramp is over.
  cap      integer check (cap > 0)
);
insert into warm_up_step (from_day, cap) values (0, 20), (1, 40), (2, 80), (3, 150), (7, 300), (14, 600), (30, null);

-- Slots are kept for a day now. `reminder` is the key of the one that was sent for, for a limit of its own.
-- A slot is open from its grant until its outcome is known (decision 0005): its message may reach the wire at any moment
-- until then, so it counts as taken now, however old it is. `epoch` and `ticket` say which owner asked for it, and which
-- of its questions that was: an open slot that its owner does not hold any more has leaked, and is closed.
alter table rate_slot
  add column reminder text,
  add column open     boolean not null default false,
  add column epoch    bigint,
  add column ticket   bigint;
create index rate_slot_open on rate_slot (account_id) where open;

create function daily_cap_of(the_account account) returns integer language sql stable as $$
  select least(
    the_account.daily_cap,
    case when the_account.warm_up then (
      select cap from warm_up_step
      where from_day <= floor(extract(epoch from clock_timestamp() - coalesce(the_account.linked_at, clock_timestamp())) / 86400)
      order by from_day desc limit 1
    ) end)
$$;

-- When there may be one more where `most` may be in any `span`; null is now. Open slots are the youngest of all.
create function rate_slot_free_at(the_account text, the_reminder text, most integer, span interval)
returns timestamptz language plpgsql as $$
declare
  still_open integer;
  free_at timestamptz;
begin
  select count(*) into still_open from rate_slot
    where account_id = the_account and open and (the_reminder is null or reminder = the_reminder);
  if still_open >= most then
    return clock_timestamp() + span;
  end if;
  select at + span into free_at from rate_slot
    where account_id = the_account and not open and at > clock_timestamp() - span
      and (the_reminder is null or reminder = the_reminder)
    order by at desc offset most - still_open - 1 limit 1;
  return free_at;
end $$;

-- Grants one send, or tells how long until there may be one and which limit that is for. A function, because each of
-- its statements sees what other grants committed while it waited for the row lock; one plain statement would not.
-- The window is half a second over the minute: what may pass between a closed slot's time and the wire's clock (decision
-- 0005). A wait is up to 0.7 s longer than it must be, by chance, so that the pace is not a machine's (decision 0013).
-- `held` are the tickets, older than this one, whose outcome the owner still waits for.
drop function take_rate_slot(text);
create function take_rate_slot(
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
  span constant interval := interval '60.5 seconds';
  day constant interval := interval '24 hours 0.5 seconds';
  jitter constant interval := interval '0.7 seconds';
begin
  select * into strict sender from account where id = the_account for no key update;
  select run.dedupe_key, (definition.body ->> 'ratePerMinute')::integer into the_reminder, reminder_limit
    from run join definition on definition.digest = run.digest where run.id = the_run;
  daily_cap := daily_cap_of(sender);
  -- A few at a time: the first grant after a long silence must not wait for all of yesterday's.
  delete from rate_slot where id in (
    select id from rate_slot where account_id = the_account and not open and at < clock_timestamp() - day - span
    order by at limit 100);
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
