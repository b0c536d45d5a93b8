alter table run
  -- When its failed targets were last set to be sent to again. An open run that has it is a retry: an operator's own
  -- request, which its reminder neither follows nor waits for.
  add column retried_at timestamptz;
