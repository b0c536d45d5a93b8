-- What WhatsApp answered when an account asked for a person that a reminder names: by a number, as it is written there, or by
-- a LID that is another one now. A number that is not on WhatsApp has neither `pn` nor `lid`.
create table account_person (
  account_id text not null references account on delete cascade,
  jid text not null,
  pn text,
  lid text,
  asked_at timestamptz not null default now(),
  -- The person was moved to `pn` and `lid`: who has the number of `jid` now is somebody else.
  moved_at timestamptz,
  primary key (account_id, jid)
);
create index account_person_asked on account_person (asked_at) where moved_at is null;

-- Where the messages of this target go, for a person: each gets a run's message once, however often the run names them.
alter table target add column address text;
create unique index target_address on target (run_id, address) where address is not null;

-- How often WhatsApp refused it in a way that is tried again a few times only.
alter table send add column refusals integer default 0 not null;

-- A run whose targets are all delivered but for such as are the same person as another is completed.
CREATE OR REPLACE FUNCTION public.finish_run(the_id text, remainder text, remainder_reason text, is_canceled boolean, the_reason text, unless_retry boolean, OUT state text, OUT counts jsonb, OUT ended text[], OUT granted text, OUT token bigint, OUT granted_runs boolean)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  its run;
  -- It had ended before, or (`unless_retry`) is open again for a retry: nothing is done.
  was_over boolean;
  people jsonb;
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
    -- Who is the same person as another target has the message by that one.
    select coalesce(jsonb_object_agg(t.state, t.count), '{}') into people
      from (select target.state, count(*) as count from target
            where run_id = the_id and target.failure is distinct from 'SamePerson' group by target.state) t;
    state := final_run_state(people, is_canceled);
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
end $function$;

-- Which groups a run to all groups is without, and why: 'community', 'adminsOnly' or 'suspended'.
create table run_left_out (
  run_id text not null references run on delete cascade,
  jid text not null,
  why text not null,
  primary key (run_id, jid)
);

CREATE OR REPLACE FUNCTION public.prepare_run(the_id text, the_operator text, the_key text, the_account text, the_digest text, the_time timestamp with time zone, the_deadline timestamp with time zone, the_priority integer, most integer, takes_lock boolean, groups_not_read text, waits_for_lock text, OUT outcome text, OUT state text, OUT hold text, OUT reason text, OUT has_window boolean, OUT has_media boolean, OUT counts jsonb, OUT pending integer[], OUT lock bigint, OUT wakes boolean, OUT deadline timestamp with time zone)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
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
      else (select count(*) from account_group g where g.account_id = its.account_id and g.cannot_post is null) end;
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
          where audience ->> 'kind' = 'allGroups' and g.account_id = its.account_id and g.cannot_post is null
      ) listed;
    insert into run_left_out (run_id, jid, why)
      select the_id, g.jid, g.cannot_post from account_group g
      where audience ->> 'kind' = 'allGroups' and g.account_id = its.account_id and g.cannot_post is not null;
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
end $function$;
