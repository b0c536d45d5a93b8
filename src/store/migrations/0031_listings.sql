-- What was done, the latest first, for each operator.
create index audit_listing on audit (operator, id desc);

-- The lists of who may see some accounts alone: of each account and state a page at most is read.
create index reminder_listing_of_account on reminder (account_id, state, created_at desc, dedupe_key)
  where deleted_at is null;
create index run_listing_of_account on run (account_id, state, scheduled_at desc, id desc);
