-- What a reminder and a run read and write at once, each in one statement: of a reminder to one group every statement is a
-- part of what it costs (decision 0036).

-- The reminder, which nobody else changes until the transaction ends, with what it says and its open runs. Locked first and
-- read then: after a wait Postgres looks at a join again with the row as it is now and the definition as it was, and an edit
-- would leave no row at all.
create function lock_reminder(the_operator text, the_key text)
returns table (reminder reminder, body jsonb, runs jsonb, read_at timestamptz) language plpgsql as $$
begin
  perform 1 from reminder r where r.operator = the_operator and r.dedupe_key = the_key for update;
  return query
    select r, d.body, open_runs(the_operator, the_key), clock_timestamp()
    from reminder r join definition d using (digest) where r.operator = the_operator and r.dedupe_key = the_key;
end $$;

-- Those that have begun, or are to be begun, and have not ended; the latest last. A retry of one that had ended is the
-- operator's own, and holds up no occurrence.
create function open_runs(the_operator text, the_key text) returns jsonb stable language sql as $$
  select coalesce(jsonb_agg(jsonb_build_object(
      'runId', r.id, 'trigger', r.trigger, 'accountId', r.account_id, 'digest', r.digest,
      'scheduledAt', r.scheduled_at, 'deadline', r.deadline, 'priority', r.priority,
      'groupConcurrency', (d.body ->> 'groupConcurrency')::integer) order by r.scheduled_at), '[]')
    from run r join definition d using (digest)
    where r.operator = the_operator and r.dedupe_key = the_key and r.finished_at is null and r.retried_at is null
$$;

-- Writes a row for every target and every send of the run. Where nothing holds the run up it takes the account's lock, or
-- its place in the queue for it. Doing it twice is doing it once: the audience "all groups" is resolved the first time only. It may be
-- paused or canceled by then: it has its targets all the same.
--   outcome   'prepared'; 'waitsForGroups', where all groups of the account are its audience and were not read whole yet,
--             or 'larger', where it has more recipients than `most`: nothing is prepared then
--   pending   the ordinals that are still to be sent to
--   lock      the token, where it has the lock
--   wakes     it waits for the lock, and the lock's workflow must be told
create function prepare_run(
  the_id text, the_operator text, the_key text, the_account text, the_digest text, the_time timestamptz,
  the_deadline timestamptz, the_priority integer, most integer, takes_lock boolean, groups_not_read text,
  waits_for_lock text,
  out outcome text, out state text, out hold text, out reason text, out has_window boolean, out has_media boolean,
  out counts jsonb, out pending integer[], out lock bigint, out wakes boolean, out deadline timestamptz
) language plpgsql as $$
declare
  its run;
  audience jsonb;
  is_new boolean;
  were_read boolean;
  recipients integer;
begin
  -- The row of a scheduled occurrence is there already: it was written when the occurrence was dealt with.
  insert into run (id, operator, dedupe_key, account_id, digest, scheduled_at, deadline, priority)
    values (the_id, the_operator, the_key, the_account, the_digest, the_time, the_deadline, the_priority)
    on conflict (id) do nothing;
  select * into strict its from run where id = the_id for update;
  is_new := its.prepared_at is null and its.finished_at is null;
  deadline := coalesce(its.deadline, the_deadline);
  select d.body -> 'audience', d.sending_window is not null, jsonb_path_exists(d.parts, '$[*].media')
    into strict audience, has_window, has_media from definition d where d.digest = its.digest;
  outcome := 'prepared';
  if is_new and audience ->> 'kind' = 'allGroups' then
    select groups_read_at is not null into strict were_read from account where id = its.account_id;
    if not were_read then
      outcome := 'waitsForGroups';
      -- For people.
      update run set reason = groups_not_read where id = the_id and run.state = 'preparing';
    end if;
  end if;
  if is_new and outcome = 'prepared' and most is not null then
    recipients := case audience ->> 'kind'
      when 'list' then jsonb_array_length(audience -> 'recipients')
      else (select count(*) from account_group g where g.account_id = its.account_id) end;
    if recipients > most then outcome := 'larger'; end if;
  end if;
  if is_new and outcome = 'prepared' then
    insert into target (run_id, ordinal, jid)
      select the_id, row_number() over (order by listed.place) - 1, listed.jid
      from (
        select jid, place from jsonb_array_elements_text(audience -> 'recipients') with ordinality as recipient (jid, place)
          where audience ->> 'kind' = 'list'
        union all
        select g.jid, row_number() over (order by g.jid) from account_group g
          where audience ->> 'kind' = 'allGroups' and g.account_id = its.account_id
      ) listed;
    -- Baileys' own id format (generateMessageIDV2): 3EB0 and 18 upper-case hex digits. It is made of the run, the target
    -- and the part and nothing else, so a send has the same id on every attempt, in every process, for life.
    insert into send (run_id, ordinal, part, message_id)
      select t.run_id, t.ordinal, p.part,
        '3EB0' || upper(left(encode(sha256(convert_to(t.run_id || '#' || t.ordinal || '/' || p.part, 'UTF8')), 'hex'), 18))
      from target t
      cross join generate_series(0, (select jsonb_array_length(d.parts) from definition d where d.digest = its.digest) - 1)
        as p (part)
      where t.run_id = the_id;
    -- The hours of a window are closed until the run has looked: nothing may leave before.
    update run set prepared_at = now(), reason = case when run.state <> 'preparing' then run.reason end,
        window_opens_at = case when has_window then '-infinity'::timestamptz else window_opens_at end,
        window_closes_at = case when has_window then '-infinity'::timestamptz else window_closes_at end
      where id = the_id returning * into strict its;
  end if;
  -- Of one moment, so that they agree while others still end.
  select coalesce(jsonb_object_agg(t.state, t.count), '{}'),
      array(select ordinal from target where run_id = the_id and target.state = 'pending' order by ordinal)
    into counts, pending
    from (select target.state, count(*) as count from target where run_id = the_id group by target.state) t;
  if takes_lock and outcome = 'prepared' and its.hold is null and its.finished_at is null and not has_window
      and cardinality(pending) > 0 then
    select asked.token, asked.wakes into lock, wakes from ask_for_lock(the_id) asked;
    if lock is not null then
      update run set state = 'running', reason = null, lock_token = lock, started_at = coalesce(started_at, now()),
          sending_since = coalesce(sending_since, now()), waits_until = null
        where id = the_id returning * into strict its;
    else
      update run set state = 'waiting', reason = waits_for_lock where id = the_id returning * into strict its;
    end if;
  end if;
  state := its.state;
  hold := its.hold;
  reason := its.reason;
end $$;

-- How a run ended: `completed` when every target was delivered, `canceled` when nothing was sent before the cancel,
-- `failed` when nothing was delivered (also where there was nobody to deliver to), else `partial`.
create function final_run_state(counts jsonb, is_canceled boolean) returns text immutable language sql as $$
  select case
    when counts ? 'delivered' and counts - 'delivered' = '{}' then 'completed'
    when counts ?| array['delivered', 'unknown'] then 'partial'
    when is_canceled then 'canceled'
    else 'failed' end
$$;

-- Stops every further send of the run: from the commit on, a send's beginning is refused. What was never sent gets the
-- remainder's state, what may have been sent and was not acknowledged is `unknown`. A run that was canceled in its row
-- ends as that, whoever ends it and why. It gives back the account's lock, or its place in the queue.
--   ended            the states of the sends that this has ended
--   granted, token   who has the lock of the account now, and must be told
--   granted_runs     its row says already that it runs
create function finish_run(
  the_id text, remainder text, remainder_reason text, is_canceled boolean, the_reason text, unless_retry boolean,
  out state text, out counts jsonb, out ended text[], out granted text, out token bigint, out granted_runs boolean
) language plpgsql as $$
declare
  its run;
  -- It had ended before, or (`unless_retry`) is open again for a retry: nothing is done.
  was_over boolean;
begin
  select * into its from run where id = the_id for update;
  if not found then return; end if;
  was_over := its.finished_at is not null or (unless_retry and its.retried_at is not null);
  ended := '{}';
  if not was_over then
    if its.hold = 'cancel' then
      is_canceled := true;
      remainder := 'skipped';
      remainder_reason := coalesce(its.reason, 'canceled');
      the_reason := remainder_reason;
    end if;
    with closed as (
      update send s set state = case
          when s.state = 'sending' then 'unknown' when remainder = 'failed' then 'skipped' else remainder end
        where s.run_id = the_id and s.state in ('pending', 'sending') returning s.state)
      select coalesce(array_agg(closed.state), '{}') into ended from closed;
    update target t set done_at = now(), reason = remainder_reason,
        state = case when (select true from send s
                           where s.run_id = t.run_id and s.ordinal = t.ordinal and s.state = 'unknown' limit 1)
                     then 'unknown' else remainder end
      where t.run_id = the_id and t.state = 'pending';
  end if;
  select coalesce(jsonb_object_agg(t.state, t.count), '{}') into counts
    from (select target.state, count(*) as count from target where run_id = the_id group by target.state) t;
  state := its.state;
  if not was_over then
    state := final_run_state(counts, is_canceled);
    update run set state = finish_run.state, reason = the_reason, finished_at = now(), lock_token = null, hold = null,
        waits_until = null, sending_since = null, gap_ms = coalesce(measured_gap_ms(id), gap_ms)
      where id = the_id;
    -- One that was terminated while it waited for the lock has left its place, too.
    delete from lock_request where run_id = the_id;
    update account set lock_holder = null, lock_since = null where id = its.account_id and lock_holder = the_id;
  end if;
  select g.granted, g.token, g.runs into granted, token, granted_runs from grant_next_lock(its.account_id) g;
  if granted is null and was_over then
    -- Whoever ended it may have died before he told the next.
    select h.granted, h.token, h.runs into granted, token, granted_runs from lock_holder_of(its.account_id) h
      where h.granted <> the_id;
  end if;
end $$;
