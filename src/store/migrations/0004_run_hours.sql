-- The interval of its window that a run is in, or waits for, as instants: every send is checked against them. Both are
-- null where the reminder has no window, and -infinity until the run knows its hours: it sends nothing before it does.
alter table run
  add column window_opens_at  timestamptz,
  add column window_closes_at timestamptz,
  -- Since when it is sending without a break, for the pace that is measured.
  add column sending_since    timestamptz,
  add constraint run_window_check check ((window_opens_at is null) = (window_closes_at is null));

alter table rate_slot
  -- The send that it was granted to was acknowledged, which is what `at` says the time of then.
  add column acked boolean not null default false,
  -- Its send was begun: before that it is granted and nothing of it is in the ledger.
  add column begun boolean not null default false;

alter table run
  -- What a send took in its last stretch, in ms, beyond what the limit demanded: the pace of the account while nobody
  -- sends, and before there is enough to measure.
  add column gap_ms double precision;
create index run_gap on run (account_id, finished_at desc nulls first) where gap_ms is not null;

-- Measured in the run's present stretch, between acknowledgements: from what a send had to wait for (the one before it,
-- and each of the limits) to its own. So it is the same in a burst and under a limit that is used up. The spans are those
-- of `take_rate_slot`. What the account was held, or had no session, is no pace: it counts from when it was connected.
create function measured_gap_ms(the_run text) returns double precision language sql stable as $$
  with limits as (
    select r.account_id, greatest(r.sending_since, a.state_since) as since, r.dedupe_key,
      a.rate_per_minute, (d.body ->> 'ratePerMinute')::int as reminder_limit, daily_cap_of(a) as daily_cap,
      interval '60.5 seconds' as span, interval '24 hours 0.5 seconds' as day
    from run r join account a on a.id = r.account_id join definition d on d.digest = r.digest
    where r.id = the_run
  ), slot as (
    -- No further back than what can have held one of the last minute: a day's slots only where a day is counted.
    select s.at, s.acked,
      lag(s.at, l.rate_per_minute) over (order by s.at) + l.span as minute_free,
      lag(s.at, l.reminder_limit) over (partition by s.reminder order by s.at) + l.span as reminder_free,
      lag(s.at, l.daily_cap) over (order by s.at) + l.day as day_free
    from limits l join rate_slot s on s.account_id = l.account_id
      and s.at > clock_timestamp() - 3 * l.span - case when l.daily_cap is null then interval '0' else l.day end
  ), acked as (
    select at, minute_free, reminder_free, day_free, coalesce(lag(at) over (order by at), (
      -- Where there was none for minutes.
      select s.at from rate_slot s, limits l
      where s.account_id = l.account_id and s.acked and s.at < slot.at order by s.at desc limit 1)) as before
    from slot where acked
  )
  select avg(greatest(0, 1000 * extract(epoch from at - greatest(before, minute_free, reminder_free, day_free))))
  from acked, limits where at > clock_timestamp() - span and before >= since
$$;
