-- Any occurrence to come may be at another time than its own, or left out: not the next one alone (decision 0074).
-- A list of {"from": instant, "to": instant}, in the order of the occurrences; without "to" there is none any more.
alter table reminder add column moved jsonb;

update reminder set moved = jsonb_build_array(jsonb_build_object(
    'from', to_char(snoozed_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'to', to_char(snoozed_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')))
where snoozed_from is not null;

alter table reminder drop column snoozed_from, drop column snoozed_to;

-- When it was due, where that was not its own time; and what the clock of its reminder's zone showed then, by which a
-- calendar finds it. Those of before are found by UTC: their zones are not known here.
alter table run add column due_at timestamptz, add column local_at timestamp;
create index run_by_day on run (operator, (coalesce(local_at, timezone('UTC', scheduled_at))), id collate "C");

-- Whoever looks at a calendar is told of what is moved, though the next fire is the same.
drop trigger event_reminder_updated on reminder;
create trigger event_reminder_updated after update of state, revision, next_fire, moved, paused_until, deleted_at on reminder
  for each row when (old.state <> new.state or old.revision <> new.revision or old.next_fire is distinct from new.next_fire
    or old.moved is distinct from new.moved or old.paused_until is distinct from new.paused_until
    or old.deleted_at is distinct from new.deleted_at)
  execute function event_of_reminder();
