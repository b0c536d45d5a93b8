-- Activities that keep failing. Temporal shows a retried local activity to nobody but the worker that retries it: this is
-- where `carillon doctor` finds it. A row is taken away by the try that succeeds; one that is not renewed is old.
create table trouble (
  workflow_id text not null,
  activity text not null,
  attempt integer not null,
  -- What fails, such as an SQLSTATE; never a message, which may quote what is personal.
  error text not null,
  since timestamptz not null default now(),
  at timestamptz not null default now(),
  primary key (workflow_id, activity)
);
