-- Events for the operator's own systems. They are written here, in the transaction of the change that they tell of, so
-- that there is no change without its event and no event without its change; Temporal delivers them.

create table webhook_endpoint (
  id              uuid primary key default gen_random_uuid(),
  operator        text not null,
  url             text not null,
  types           text[] not null check (types <> '{}' and types <@ array[
                    'run.started', 'run.finished', 'run.failed', 'send.failed', 'account.state', 'reminder.missed']),
  -- Sealed like WhatsApp's keys; empty once the endpoint is removed.
  secret          bytea not null,
  -- Plain http to a public address, because the operator said so.
  allow_http      boolean not null default false,
  created_at      timestamptz not null default now(),
  disabled_at     timestamptz,
  disabled_reason text,
  -- Never deleted: a delivery that is being written must not fail, and with it the change that it tells of.
  removed_at      timestamptz,
  check ((disabled_at is null) = (disabled_reason is null))
);
create index webhook_endpoint_operator on webhook_endpoint (operator) where removed_at is null;

create table webhook_event (
  id       uuid primary key,
  operator text not null,
  type     text not null,
  at       timestamptz not null default clock_timestamp(),
  -- Ids, states, counts and times: no text, number or name.
  data     jsonb not null
);
create index webhook_event_at on webhook_event (at);

create table webhook_delivery (
  event_id     uuid not null references webhook_event on delete cascade,
  endpoint_id  uuid not null references webhook_endpoint,
  state        text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed', 'dropped')),
  -- When its workflow was started.
  handed_at    timestamptz,
  attempts     integer not null default 0,
  last_at      timestamptz,
  -- The HTTP status of the last attempt, or why there was none. Never what the endpoint answered.
  last_status  integer,
  last_error   text,
  ended_at     timestamptz,
  primary key (event_id, endpoint_id),
  check ((ended_at is not null) = (state <> 'waiting'))
);
create index webhook_delivery_to_hand_over on webhook_delivery (event_id) where handed_at is null;
create index webhook_delivery_waiting on webhook_delivery (endpoint_id) where state = 'waiting';

create function webhook_wanted(the_operator text, the_type text) returns boolean stable language sql as $$
  select exists (select from webhook_endpoint e
    where e.operator = the_operator and e.removed_at is null and e.disabled_at is null and the_type = any (e.types))
$$;

-- The id is made of what happened, so that one change is one event however often it is told.
create function webhook_id(variadic what text[]) returns uuid immutable language sql as $$
  select md5(array_to_string(what, '|', ''))::uuid
$$;

create function tell_webhooks(the_id uuid, the_operator text, the_type text, the_data jsonb) returns void
language plpgsql as $$
begin
  insert into webhook_event (id, operator, type, data) values (the_id, the_operator, the_type, the_data)
    on conflict (id) do nothing;
  if not found then return; end if;
  insert into webhook_delivery (event_id, endpoint_id)
    select the_id, e.id from webhook_endpoint e
    where e.operator = the_operator and e.removed_at is null and e.disabled_at is null and the_type = any (e.types);
  perform pg_notify('carillon_webhook', '');
end $$;

-- Why a run ended, in one word: the reason itself may be what an operator wrote.
create function webhook_reason(state text, reason text) returns text immutable language sql as $$
  select case when reason is null then null
    when state = 'canceled' or reason like 'canceled%' then 'canceled'
    when reason like 'no recipients%' then 'noRecipients'
    when reason like '%terminated%' then 'terminated'
    else 'other' end
$$;

create function webhook_of_run() returns trigger language plpgsql as $$
declare
  the_type text;
  base jsonb := jsonb_build_object('runId', new.id, 'reminderKey', new.dedupe_key, 'accountId', new.account_id,
                                   'scheduledAt', to_jsonb(new.scheduled_at));
begin
  if new.started_at is not null and (tg_op = 'INSERT' or old.started_at is null)
     and webhook_wanted(new.operator, 'run.started') then
    perform tell_webhooks(webhook_id('run.started', new.id), new.operator, 'run.started',
      base || jsonb_build_object('startedAt', to_jsonb(new.started_at),
        'targets', (select count(*) from target where run_id = new.id)));
  end if;
  if new.finished_at is null or (tg_op = 'UPDATE' and old.finished_at is not null) then return null; end if;
  the_type := case when new.state in ('completed', 'partial', 'canceled') then 'run.finished'
                   when new.state = 'failed' then 'run.failed'
                   when new.state = 'missed' then 'reminder.missed' end;
  if the_type is null or not webhook_wanted(new.operator, the_type) then return null; end if;
  if the_type = 'reminder.missed' then
    perform tell_webhooks(
      webhook_id(the_type, new.operator, new.dedupe_key, extract(epoch from new.scheduled_at)::text), new.operator,
      the_type, base - 'runId');
  else
    perform tell_webhooks(webhook_id(the_type, new.id, extract(epoch from new.finished_at)::text), new.operator,
      the_type,
      base || jsonb_build_object('state', new.state, 'reason', webhook_reason(new.state, new.reason),
        'startedAt', to_jsonb(new.started_at), 'finishedAt', to_jsonb(new.finished_at),
        'counts', (select jsonb_object_agg(s.state, (select count(*) from target t
                                                     where t.run_id = new.id and t.state = s.state))
                   from unnest(array['pending', 'delivered', 'failed', 'unknown', 'skipped', 'expired']) as s (state))));
  end if;
  return null;
end $$;
create trigger webhook_run_inserted after insert on run for each row
  when (new.started_at is not null or new.finished_at is not null) execute function webhook_of_run();
create trigger webhook_run_updated after update on run for each row
  when (old.started_at is distinct from new.started_at or old.finished_at is distinct from new.finished_at)
  execute function webhook_of_run();

create function webhook_of_send() returns trigger language plpgsql as $$
declare
  r record;
begin
  select operator, dedupe_key, account_id into r from run where id = new.run_id;
  if not found or not webhook_wanted(r.operator, 'send.failed') then return null; end if;
  perform tell_webhooks(
    webhook_id('send.failed', new.run_id, new.ordinal::text, new.part::text, new.attempt::text, new.state), r.operator,
    'send.failed',
    jsonb_build_object('runId', new.run_id, 'reminderKey', r.dedupe_key, 'accountId', r.account_id,
      'ordinal', new.ordinal, 'part', new.part, 'state', new.state, 'failure', new.failure, 'attempt', new.attempt));
  return null;
end $$;
create trigger webhook_send after update of state on send for each row
  when (old.state <> new.state and new.state in ('failed', 'unknown')) execute function webhook_of_send();

create function webhook_of_account() returns trigger language plpgsql as $$
begin
  if webhook_wanted(new.operator, 'account.state') then
    perform tell_webhooks(gen_random_uuid(), new.operator, 'account.state',
      jsonb_build_object('accountId', new.id, 'state', new.state, 'before', old.state,
                         'until', to_jsonb(new.state_until)));
  end if;
  return null;
end $$;
create trigger webhook_account after update of state on account for each row
  when (old.state <> new.state) execute function webhook_of_account();

create function webhook_of_reminder() returns trigger language plpgsql as $$
begin
  if old.next_fire is not null and webhook_wanted(new.operator, 'reminder.missed') then
    perform tell_webhooks(
      webhook_id('reminder.missed', new.operator, new.dedupe_key, extract(epoch from old.next_fire)::text),
      new.operator, 'reminder.missed',
      jsonb_build_object('reminderKey', new.dedupe_key, 'accountId', new.account_id,
                         'scheduledAt', to_jsonb(old.next_fire)));
  end if;
  return null;
end $$;
create trigger webhook_reminder after update of state on reminder for each row
  when (old.state <> new.state and new.state = 'missed') execute function webhook_of_reminder();
