-- An endpoint that does not answer costs little: a few deliveries are in Temporal, the others wait here for their turn,
-- and nothing is posted before the endpoint's next time.

alter table webhook_endpoint
  -- Tries in a row that it did not take, over all events; those that were under way as a back-off began are not counted.
  add column failures      integer not null default 0,
  add column failing_since timestamptz,
  -- The status of the last of them, or why there was none.
  add column last_failure  text,
  -- In back-off: then one try is made, to see. Null: it takes what it is given.
  add column next_try_at   timestamptz,
  add check ((failing_since is null) = (last_failure is null)),
  add check (next_try_at is null or failing_since is not null);

alter table webhook_delivery
  -- Its place in the queue of its endpoint: one that was tried in vain goes to the end.
  add column queued_at    timestamptz not null default clock_timestamp(),
  -- How often it was handed over to Temporal. Each time is a workflow of its own, and only the newest may try.
  add column turn         integer not null default 0,
  -- Asked for by the operator: it is tried at once, whatever else waits.
  add column is_test      boolean not null default false,
  -- While a request may be under way; longer than one can take.
  add column trying_until timestamptz,
  -- When Temporal tries it again.
  add column next_at      timestamptz;

-- What is in Temporal under an id without its turn is handed over again.
update webhook_delivery d set queued_at = v.at, handed_at = null
  from webhook_event v where v.id = d.event_id and d.state = 'waiting';
update webhook_delivery d set is_test = true from webhook_event v where v.id = d.event_id and v.type = 'test';

drop index webhook_delivery_to_hand_over;
create index webhook_delivery_queue on webhook_delivery (endpoint_id, queued_at)
  where handed_at is null and state = 'waiting';
create index webhook_delivery_tests on webhook_delivery (endpoint_id)
  where handed_at is null and state = 'waiting' and is_test;
-- The few that are in Temporal.
create index webhook_delivery_handed on webhook_delivery (endpoint_id, event_id)
  where handed_at is not null and state = 'waiting';
