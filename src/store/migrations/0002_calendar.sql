-- Reminders that recur, and what an operator does to them.

alter table reminder
  -- Every occurrence up to this instant is dealt with: fired, missed or skipped. Moved in the transaction that
  -- writes the run's row, so that no occurrence is lost or had twice, also when Temporal's data is gone.
  add column cursor_at    timestamptz,
  -- The next occurrence, and the later time at which it fires instead.
  add column snoozed_from timestamptz,
  add column snoozed_to   timestamptz,
  -- An occurrence that is due and waits for the run under way (overlap `bufferOne`).
  add column buffered_at  timestamptz,
  add column paused_until timestamptz,
  -- How often it was edited.
  add column revision     integer not null default 0,
  add column deleted_at   timestamptz,
  -- A cancel or a delete that was asked for and waits for the runs under way to end.
  add column ending        text check (ending in ('cancel', 'delete')),
  add column ending_reason text,
  add check ((snoozed_from is null) = (snoozed_to is null)),
  add check (deleted_at is null or ended_at is not null);

drop index reminder_listing;
create index reminder_listing on reminder (operator, created_at desc, dedupe_key) where deleted_at is null;
create index reminder_listing_by_state on reminder (operator, state, created_at desc, dedupe_key)
  where deleted_at is null;

alter table run drop constraint run_state_check, drop constraint run_check;
alter table run
  add constraint run_state_check check (state in
    ('preparing', 'waiting', 'running', 'paused', 'completed', 'partial', 'failed', 'canceled', 'missed', 'skipped')),
  add constraint run_check check ((finished_at is not null) =
    (state in ('completed', 'partial', 'failed', 'canceled', 'missed', 'skipped'))),
  -- What it was begun by: its time, or an operator's `fireNow`.
  add column trigger     text not null default 'schedule' check (trigger in ('schedule', 'fireNow')),
  -- When it goes on by itself, where that is known: a window that opens.
  add column waits_until timestamptz;

create index run_open_of_reminder on run (operator, dedupe_key) where finished_at is null;

alter table audit
  -- Who did it, as the request says; the operator's client says its operator.
  add column actor text,
  -- A request that is written twice is one, and gets the answer that it got.
  add column request_id text unique,
  add column answer jsonb;
