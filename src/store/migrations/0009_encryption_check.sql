-- A value that is sealed with the key in use, so that a start with another key is noticed before anything is done.
create table encryption_check (
  one   boolean primary key default true check (one),
  value bytea not null,
  since timestamptz not null default now()
);

-- `unreadable`: the account's keys were stored under another encryption key.
alter table account
  drop constraint account_state_check,
  add constraint account_state_check check (state in
    ('new', 'pairing', 'connecting', 'connected', 'reconnecting', 'replaced', 'logged_out', 'time_locked', 'limited',
     'banned', 'unreadable'));
