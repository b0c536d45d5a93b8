-- Why the account may not write to a group: 'community', 'adminsOnly' or 'suspended'; null where it may.
alter table account_group add column cannot_post text generated always as (metadata ->> 'cannotPost') stored;

-- An audience of all groups has those alone that may be written to.
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
