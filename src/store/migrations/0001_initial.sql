-- Postgres owns what must outlive Temporal's retention: dedupe keys, definitions, runs, targets, sends, media,
-- auth keys, audit. Temporal owns time and control flow.

create table account (
  id              text primary key,
  operator        text not null,
  created_at      timestamptz not null default now(),
  state           text not null default 'new' check (state in
                    ('new', 'pairing', 'connecting', 'connected', 'reconnecting', 'replaced', 'logged_out',
                     'time_locked', 'limited', 'banned')),
  -- Text for the operator: what is wrong and what to do.
  state_detail    text,
  state_until     timestamptz,
  state_since     timestamptz not null default now(),
  -- An operator's hold on all sends of the account (pauseAccount).
  paused_reason   text,
  jid             text,
  lid             text,
  -- Fences the owner of the session: every lease adds one, and a send of an older epoch is refused.
  epoch           bigint not null default 0,
  session_owner   text,
  -- Fences the holder of the account's lock in the same way.
  lock_token      bigint not null default 0,
  lock_holder     text,
  lock_since      timestamptz,
  rate_per_minute integer not null default 40 check (rate_per_minute between 1 and 100000),
  check ((lock_holder is null) = (lock_since is null))
);
create index account_operator on account (operator);

-- What the operator needs to link the device, while it is being linked.
create table pairing (
  account_id text primary key references account on delete cascade,
  method     text not null check (method in ('qr', 'code')),
  -- Digits only; for the method `code`.
  phone_number text,
  challenge  text,
  updated_at timestamptz not null default now(),
  check ((method = 'code') = (phone_number is not null))
);

create table auth_key (
  account_id text not null references account on delete cascade,
  category   text not null,
  id         text not null,
  value      bytea not null,
  primary key (account_id, category, id)
);

create table account_group (
  account_id   text not null references account on delete cascade,
  jid          text not null,
  subject      text not null,
  participants integer not null,
  metadata     jsonb not null,
  fetched_at   timestamptz not null default now(),
  primary key (account_id, jid)
);

-- Content-addressed, so that saving twice is saving once.
create table media (
  digest     text primary key check (digest ~ '^[0-9a-f]{64}$'),
  mime       text not null,
  bytes      bytea not null,
  thumbnail  bytea,
  width      integer,
  height     integer,
  created_at timestamptz not null default now()
);

create table definition (
  digest     text primary key check (digest ~ '^[0-9a-f]{64}$'),
  body       jsonb not null,
  created_at timestamptz not null default now()
);

create table reminder (
  operator    text not null,
  dedupe_key  text not null,
  account_id  text not null references account,
  digest      text not null references definition,
  state       text not null default 'scheduled' check (state in
                ('scheduled', 'running', 'paused', 'completed', 'canceled', 'missed')),
  reason      text,
  next_fire   timestamptz,
  created_at  timestamptz not null default now(),
  ended_at    timestamptz,
  primary key (operator, dedupe_key),
  check ((ended_at is not null) = (state in ('completed', 'canceled', 'missed')))
);
create index reminder_listing on reminder (operator, created_at desc, dedupe_key);

create table run (
  id            text primary key,
  operator      text not null,
  dedupe_key    text not null,
  account_id    text not null references account,
  digest        text not null references definition,
  scheduled_at  timestamptz not null,
  deadline      timestamptz,
  priority      integer not null,
  state         text not null default 'preparing' check (state in
                  ('preparing', 'waiting', 'running', 'paused', 'completed', 'partial', 'failed', 'canceled')),
  -- What the run waits for or why it ended, for the operator.
  reason        text,
  lock_token    bigint,
  created_at    timestamptz not null default now(),
  started_at    timestamptz,
  finished_at   timestamptz,
  foreign key (operator, dedupe_key) references reminder (operator, dedupe_key) on delete cascade,
  check ((finished_at is not null) = (state in ('completed', 'partial', 'failed', 'canceled')))
);
create index run_of_reminder on run (operator, dedupe_key, scheduled_at desc);
create index run_unfinished on run (account_id, scheduled_at) where finished_at is null;

create table target (
  run_id  text not null references run on delete cascade,
  ordinal integer not null,
  jid     text not null,
  state   text not null default 'pending' check (state in
            ('pending', 'delivered', 'failed', 'unknown', 'skipped', 'expired')),
  reason  text,
  failure text,
  done_at timestamptz,
  primary key (run_id, ordinal),
  unique (run_id, jid)
);
create index target_recipient on target (jid);

create table send (
  run_id     text not null,
  ordinal    integer not null,
  part       integer not null,
  -- The WhatsApp message id, for life: fixed before anything leaves.
  message_id text not null unique,
  state      text not null default 'pending' check (state in
               ('pending', 'sending', 'acked', 'failed', 'unknown', 'skipped', 'expired')),
  failure    text,
  attempt    integer not null default 0,
  epoch      bigint,
  sending_at timestamptz,
  acked_at   timestamptz,
  primary key (run_id, ordinal, part),
  foreign key (run_id, ordinal) references target (run_id, ordinal) on delete cascade,
  check ((acked_at is not null) = (state = 'acked'))
);

-- The uploaded form of a media part, ready to relay to every target of the run: one upload for each, across crashes.
create table upload (
  run_id      text not null references run on delete cascade,
  part        integer not null,
  content     bytea not null,
  uploaded_at timestamptz not null default now(),
  primary key (run_id, part)
);

-- Sends of the last minute: the account's rate limit. `at` is when the send was granted and, once it was written to
-- the socket, that later time, so that the limit holds on the wire and not only here.
create table rate_slot (
  id         bigint generated always as identity primary key,
  account_id text not null references account on delete cascade,
  at         timestamptz not null
);
create index rate_slot_window on rate_slot (account_id, at);

-- Grants one send of the account's rate limit, or tells how long until there may be one. A function, because each of
-- its statements sees what other grants committed while it waited for the row lock; one plain statement would not.
-- The window is half a second over the minute: what may pass between a grant and its stanza on the wire.
create function take_rate_slot(the_account text, out slot bigint, out wait_ms integer) language plpgsql as $$
declare
  per_minute integer;
  blocking timestamptz;
  span constant interval := interval '60.5 seconds';
begin
  select rate_per_minute into strict per_minute from account where id = the_account for no key update;
  delete from rate_slot where account_id = the_account and at < clock_timestamp() - 2 * span;
  select at into blocking from rate_slot
    where account_id = the_account and at > clock_timestamp() - span
    order by at desc offset per_minute - 1 limit 1;
  if found then
    wait_ms := greatest(1, ceil(extract(epoch from blocking + span - clock_timestamp()) * 1000));
  else
    insert into rate_slot (account_id, at) values (the_account, clock_timestamp()) returning id into slot;
  end if;
end $$;

create table audit (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default now(),
  operator   text not null,
  subject    text not null,
  action     text not null,
  reason     text
);
create index audit_subject on audit (subject, at);
