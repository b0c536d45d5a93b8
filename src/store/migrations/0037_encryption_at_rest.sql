-- See docs/decisions/0064-encryption-at-rest.md.

-- What the installation's digests, aliases and look-ups are made with, sealed under the key ring.
create table index_secret (
  id integer generated always as identity primary key,
  secret bytea not null,
  -- Whether there was something before, in clear and with digests that have no key.
  had_content boolean not null,
  -- When the last number in clear had an alias in its place.
  numbers_hidden_at timestamptz,
  created_at timestamptz not null default now(),
  -- Where the key to it was lost, and another one taken in its place.
  replaced_at timestamptz
);
create unique index index_secret_in_use on index_secret ((true)) where replaced_at is null;

-- A rotation: whatever is stored goes under the key with this id. One at a time.
create table key_rotation (
  id integer generated always as identity primary key,
  key_id text not null check (key_id ~ '^[0-9a-f]{8}$'),
  asked_at timestamptz not null default now(),
  -- It is done when a pass over everything finds nothing more to be done.
  pass integer not null default 1,
  -- The place in the list of sealed columns, and in the table of it.
  step integer not null default 0,
  place tid not null default '(0,0)',
  rotated bigint not null default 0,
  rotated_in_pass bigint not null default 0,
  -- Values that no key of the ring opens: they are left as they are.
  unreadable bigint not null default 0,
  renewed_at timestamptz not null default now(),
  finished_at timestamptz
);
create unique index key_rotation_under_way on key_rotation ((true)) where finished_at is null;

-- Another name where the content is another: a worker of before does nothing with it, instead of the wrong thing.
alter table definition rename column body to sealed_body;
alter table definition rename column parts to sealed_parts;
alter table auth_key rename column value to sealed;
alter table webhook_endpoint rename column url to sealed_url;

-- Whether the bytes have the form of the key ring; those of before are plain. They can't be compressed any more.
alter table media add column is_sealed boolean not null default false;
alter table media alter column bytes set storage external;
alter table upload add column is_sealed boolean not null default false;

-- A keyed digest of the name, by which a group is looked up.
alter table account_group add column subject_index bytea;
create index account_group_subject on account_group (account_id, subject_index);

create or replace function lock_reminder(the_operator text, the_key text)
returns TABLE(reminder reminder, body jsonb, runs jsonb, read_at timestamp with time zone)
language plpgsql as $$
begin
  perform 1 from reminder r where r.operator = the_operator and r.dedupe_key = the_key for no key update;
  return query
    select r, d.sealed_body, open_runs(the_operator, the_key), clock_timestamp()
    from reminder r join definition d using (digest) where r.operator = the_operator and r.dedupe_key = the_key;
end $$;

create or replace function open_runs(the_operator text, the_key text)
returns jsonb
language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object(
      'runId', r.id, 'trigger', r.trigger, 'accountId', r.account_id, 'digest', r.digest,
      'scheduledAt', r.scheduled_at, 'deadline', r.deadline, 'priority', r.priority,
      'groupConcurrency', (d.sealed_body ->> 'groupConcurrency')::integer) order by r.scheduled_at), '[]')
    from run r join definition d using (digest)
    where r.operator = the_operator and r.dedupe_key = the_key and r.finished_at is null and r.retried_at is null
$$;

create or replace function prepare_run(the_id text, the_operator text, the_key text, the_account text, the_digest text, the_time timestamp with time zone, the_deadline timestamp with time zone, the_priority integer, most integer, takes_lock boolean, groups_not_read text, waits_for_lock text, OUT outcome text, OUT state text, OUT hold text, OUT reason text, OUT has_window boolean, OUT has_media boolean, OUT counts jsonb, OUT pending integer[], OUT lock bigint, OUT wakes boolean, OUT deadline timestamp with time zone)
returns record
language plpgsql as $$
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
  select d.sealed_body -> 'audience', d.sending_window is not null, jsonb_path_exists(d.sealed_parts, '$[*].media')
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
      cross join generate_series(0, (select jsonb_array_length(d.sealed_parts) from definition d where d.digest = its.digest) - 1)
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
