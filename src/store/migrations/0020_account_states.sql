alter table account drop constraint account_state_check;
alter table account add constraint account_state_check check (state in
  ('new', 'pairing', 'connecting', 'connected', 'reconnecting', 'replaced', 'logged_out', 'time_locked', 'limited',
   'temporarily_banned', 'banned', 'outdated', 'unreadable'));
