-- That all groups of an account were read from WhatsApp is a fact of its own: a row of account_group may come from a
-- notification of that one group, and an account may be in no group.
alter table account
  -- When the last whole read was answered; null before the first one since the device was linked.
  add column groups_read_at timestamptz,
  -- Why the last whole read failed, since when reads fail, and when the session reads again by itself; null after one
  -- that was answered.
  add column groups_failure text,
  add column groups_failing_since timestamptz,
  add column groups_retry_at timestamptz,
  add check ((groups_failure is null) = (groups_failing_since is null)),
  add check (groups_retry_at is null or groups_failure is not null);
