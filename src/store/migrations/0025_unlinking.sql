-- `unlinked`: the operator took the device off. `removed`: the row of an account that is gone. It stays for its epoch and its
-- token, which must never be given out again, and for the runs that it had.
alter table account drop constraint account_state_check;
alter table account add constraint account_state_check check (state in
  ('new', 'pairing', 'connecting', 'connected', 'reconnecting', 'replaced', 'logged_out', 'time_locked', 'limited',
   'temporarily_banned', 'banned', 'outdated', 'unreadable', 'unlinked', 'removed'));

-- Accounts whose device is to be taken off at WhatsApp. What is here is not done yet; a removal is over when the account is.
create table unlinking (
  account_id text primary key references account (id) on delete cascade,
  removes boolean not null,
  because text not null,
  asked_at timestamptz not null default now()
);
