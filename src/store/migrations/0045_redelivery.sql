-- When somebody asked for an event to be delivered again, and how many tries it had had by then: it is tried as long and as
-- often from there as a new one.
alter table webhook_delivery add column redelivered_at timestamptz, add column attempts_before integer not null default 0;
