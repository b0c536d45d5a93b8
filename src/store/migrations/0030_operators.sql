-- Who owns accounts, reminders and webhooks: their column `operator` is the id here (docs/decisions/0055).
create table operator (
  id text primary key check (id ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  created_at timestamptz not null default now(),
  -- The ids of accounts are one set for all operators. Who has this chooses them freely, and never one with `--`; everybody
  -- else's begin with the operator's id and `--`, so that none can learn by a refusal which ids another one has.
  free_account_ids boolean not null default false
);
-- Every reminder and run is of an account of its operator.
insert into operator (id, free_account_ids)
  select operator, true from account union select operator, true from webhook_endpoint union select 'local', true;
alter table account add foreign key (operator) references operator (id);
alter table webhook_endpoint add foreign key (operator) references operator (id);

create table token (
  id uuid primary key default gen_random_uuid(),
  operator text not null references operator (id),
  -- Who it is in the audit. It comes to be in Temporal, as the operator's id does.
  name text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  role text not null check (role in ('calendar', 'viewer', 'editor', 'owner')),
  -- SHA-256 of the token, which is kept nowhere. Null: it can only be signed in with, by a link.
  digest bytea unique check (length(digest) = 32),
  -- The accounts that it may see; null: all of the operator.
  accounts text[] check (cardinality(accounts) between 1 and 100),
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  -- Up to a minute ago more.
  last_used_at timestamptz,
  revoked_at timestamptz
);
-- A name says who it is, so no two that can be used have the same.
create unique index token_name on token (operator, name) where revoked_at is null;
create index token_listing on token (operator, created_at desc, id);

-- Links that sign a browser in, once.
create table sign_in_link (
  -- SHA-256 of what is in the link.
  digest bytea primary key check (length(digest) = 32),
  token_id uuid not null references token (id) on delete cascade,
  expires_at timestamptz not null
);
create index sign_in_link_of_token on sign_in_link (token_id);

-- Browsers that are signed in.
create table sign_in (
  -- SHA-256 of the cookie.
  digest bytea primary key check (length(digest) = 32),
  token_id uuid not null references token (id) on delete cascade,
  -- What a request that changes something must carry besides the cookie, which a browser sends by itself.
  csrf_secret bytea not null check (length(csrf_secret) = 32),
  created_at timestamptz not null default now(),
  -- Up to a minute ago more.
  seen_at timestamptz not null default now(),
  -- The absolute end; the idle one follows from `seen_at`.
  ends_at timestamptz not null
);
create index sign_in_of_token on sign_in (token_id);

-- Failed sign-ins, by rate-limiter-flexible: its columns.
create table sign_in_attempt (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
create index sign_in_attempt_expire on sign_in_attempt (expire);
