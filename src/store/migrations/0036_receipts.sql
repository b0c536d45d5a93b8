-- Receipts: of each operator one chain of what was sent and of what was asked for, each row with the hash of the one before.

-- The way it was asked by, and where it is in the chain: null until the job has written it there.
alter table audit add column via text, add column receipt_seq bigint;
create index audit_without_receipt on audit (id) where receipt_seq is null;

-- How often its reminder had been edited when it began, and the end of which there is a receipt: a run that is opened again
-- ends again, and has one more. Of what was purged before there were receipts, there is nothing to write.
alter table run add column revision integer, add column receipt_of timestamptz;
create index run_without_receipt on run (finished_at)
  where finished_at is not null and receipt_of is distinct from finished_at and purged_at is null;

-- `body` is the canonical JSON that `hash` is the SHA-256 of.
create table receipt (
  operator text not null,
  seq bigint not null check (seq > 0),
  run_id text,
  hash bytea not null check (length(hash) = 32),
  body text not null,
  written_at timestamptz not null default now(),
  primary key (operator, seq)
);
create index receipt_of_run on receipt (run_id, seq) where run_id is not null;

-- The end of each chain, signed (`head`), and up to where the retention has taken it away (`cut`): both are canonical JSON.
create table receipt_chain (
  operator text primary key,
  seq bigint not null,
  hash bytea not null check (length(hash) = 32),
  head text not null,
  cut_seq bigint not null default 0,
  cut text,
  check ((cut_seq = 0) = (cut is null)),
  check (cut_seq <= seq)
);

-- What signs, and what makes digests, sealed. The newest counts.
create table receipt_key (
  id bigint generated always as identity primary key,
  secret bytea not null,
  created_at timestamptz not null default now()
);
