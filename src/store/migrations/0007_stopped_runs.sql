alter table run
  -- When its targets were written. Apart from its state, which an operator may have changed before that.
  add column prepared_at timestamptz,
  -- Why its reminder stopped it: written with the reminder's pause or cancel, before the run has heard of that. Until it
  -- is taken back, the run's own workflow cannot write that it goes on (decision 0022).
  add column stopped_because text;
update run r set prepared_at = coalesce(started_at, created_at)
  where state not in ('missed', 'skipped')
    and (finished_at is not null or exists (select from target t where t.run_id = r.id));
