-- What changed, for those who watch it live. While nobody does, and has not for a while, nothing of it is written.

-- One row: which log is written, and until when.
create table event_log (
  one             boolean primary key default true check (one),
  -- A number that no other log has. One that was not written for a while, or came from a backup, is another log.
  log             integer not null,
  -- The server, its timeline and the database: a restored or promoted one has lost what its log would tell.
  place           text not null,
  until           timestamptz not null,
  -- Somebody listens for notifications, which all wait for one lock when they are committed.
  listening_until timestamptz not null,
  -- All transactions that began before the log did are over: each change since is in it.
  is_settled      boolean not null,
  -- What is kept comes after this position.
  kept_xid        xid8 not null,
  kept_id         bigint not null
);

-- Read in the order (xid, id), and no further than the oldest transaction that is open: what commits later comes later.
create table event (
  log        integer not null,
  xid        xid8 not null default pg_current_xact_id(),
  id         bigint generated always as identity,
  at         timestamptz not null default clock_timestamp(),
  operator   text not null,
  account_id text not null,
  run_id     text,
  type       text not null,
  -- Keys, states, counts and times: no text, number or name.
  data       jsonb not null,
  primary key (log, xid, id)
);

-- Says that somebody watches. A log that was let go is another one from now on.
create function watch_events(kept interval, listens interval, out log integer, out is_settled boolean)
language plpgsql as $$
declare
  here text;
  known event_log;
  is_new boolean;
begin
  select concat_ws('/', s.system_identifier, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), d.oid) into here
    from pg_control_system() s, pg_database d where d.datname = current_database();
  insert into event_log (log, place, until, listening_until, is_settled, kept_xid, kept_id)
    values (0, '', '-infinity', '-infinity', false, '0', 0) on conflict do nothing;
  select * into strict known from event_log for update;
  -- Let go a while before its end: a change of this moment may have seen that it is over.
  is_new := known.place <> here or known.until < clock_timestamp() + kept / 4;
  update event_log l set until = greatest(case when not is_new then l.until end, clock_timestamp() + kept),
      listening_until = greatest(case when not is_new then l.listening_until end, clock_timestamp() + listens),
      log = case when is_new then 1 + floor(random() * 2147483646)::integer else l.log end,
      place = here,
      is_settled = l.is_settled and not is_new,
      kept_xid = case when is_new then pg_current_xact_id() else l.kept_xid end,
      kept_id = case when is_new then 0 else l.kept_id end
    returning l.log, l.is_settled into strict log, is_settled;
end $$;

create function tell_of_events() returns void language sql as $$
  select pg_notify('carillon_event', '') from event_log where listening_until > now()
$$;

create function event_of_run() returns trigger language plpgsql as $$
begin
  insert into event (log, operator, account_id, run_id, type, data)
    select l.log, new.operator, new.account_id, new.id, 'run',
      jsonb_build_object('runId', new.id, 'reminderKey', new.dedupe_key, 'accountId', new.account_id,
        'scheduledAt', to_jsonb(new.scheduled_at), 'state', new.state, 'waitsUntil', to_jsonb(new.waits_until),
        'startedAt', to_jsonb(new.started_at), 'finishedAt', to_jsonb(new.finished_at))
      || case when new.finished_at is null then '{}' else jsonb_build_object('targets',
           (select jsonb_object_agg(s.state, (select count(*) from target t where t.run_id = new.id and t.state = s.state))
            from unnest(array['pending', 'delivered', 'failed', 'unknown', 'skipped', 'expired']) as s (state))) end
    from event_log l where l.until > now();
  if found then perform tell_of_events(); end if;
  return null;
end $$;
create trigger event_run_inserted after insert on run for each row execute function event_of_run();
create trigger event_run_updated after update of state, waits_until on run for each row
  when (old.state <> new.state or old.waits_until is distinct from new.waits_until) execute function event_of_run();

create function event_of_reminder() returns trigger language plpgsql as $$
begin
  insert into event (log, operator, account_id, type, data)
    select l.log, new.operator, new.account_id, 'reminder',
      jsonb_build_object('reminderKey', new.dedupe_key, 'accountId', new.account_id, 'state', new.state,
        'revision', new.revision, 'nextFire', to_jsonb(new.next_fire), 'pausedUntil', to_jsonb(new.paused_until),
        'deletedAt', to_jsonb(new.deleted_at))
    from event_log l where l.until > now();
  if found then perform tell_of_events(); end if;
  return null;
end $$;
create trigger event_reminder_inserted after insert on reminder for each row execute function event_of_reminder();
create trigger event_reminder_updated after update of state, revision, next_fire, paused_until, deleted_at on reminder
  for each row when (old.state <> new.state or old.revision <> new.revision or old.next_fire is distinct from new.next_fire
    or old.paused_until is distinct from new.paused_until or old.deleted_at is distinct from new.deleted_at)
  execute function event_of_reminder();

create function event_of_account() returns trigger language plpgsql as $$
begin
  insert into event (log, operator, account_id, type, data)
    select l.log, new.operator, new.id, 'account',
      jsonb_build_object('accountId', new.id, 'state', new.state, 'until', to_jsonb(new.state_until),
        'isPaused', new.paused_reason is not null, 'directHeldUntil', to_jsonb(new.direct_held_until))
    from event_log l where l.until > now();
  if found then perform tell_of_events(); end if;
  return null;
end $$;
create trigger event_account_inserted after insert on account for each row execute function event_of_account();
create trigger event_account_updated after update of state, state_until, paused_reason, direct_held_until on account
  for each row when (old.state <> new.state or old.state_until is distinct from new.state_until
    or (old.paused_reason is null) <> (new.paused_reason is null)
    or old.direct_held_until is distinct from new.direct_held_until)
  execute function event_of_account();

-- A run's progress is read from its rows, a few times a second at most; this only says that it is another one.
create function progress_of_send() returns trigger language plpgsql as $$
begin
  perform pg_notify('carillon_event', new.run_id) from event_log l where l.listening_until > now();
  return null;
end $$;
create trigger event_send after update of state on send for each row
  when (old.state <> new.state and new.state <> 'sending') execute function progress_of_send();
