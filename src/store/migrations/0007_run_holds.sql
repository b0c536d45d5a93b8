alter table run
  -- When its targets were written, which is once. Apart from its state: a pause or a cancel may come before.
  add column prepared_at timestamptz,
  -- Why it may send nothing, whatever its workflow believes: `run` by its own pause, `reminder` by that of its reminder,
  -- `cancel` by either's end. Only what an operator or the calendar asks for changes it (docs/decisions/0022).
  add column hold text check (hold in ('run', 'reminder', 'cancel'));
update run set prepared_at = created_at where exists (select from target where run_id = run.id);
update run set hold = case when reason like 'canceled%' then 'cancel' else 'run' end where state = 'paused';
alter table run add check (hold is null or state = 'paused');
