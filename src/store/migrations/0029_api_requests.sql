-- The requests to the HTTP API that have an Idempotency-Key. Rows are forgotten after a day.
create table api_request (
  operator text not null,
  key text not null,
  -- Of the method, the URL and the body: another request with the same key is refused.
  digest bytea not null,
  -- For who looks at it: `POST /v1/accounts/{account}/pause`, and the token that sent it.
  route text not null,
  token_id text not null,
  -- The id under which the work is done, by whatever process and however often.
  operation_id uuid not null,
  -- The attempt under way, and until when it is taken to live unless it says so again.
  attempt_id uuid not null,
  leased_until timestamptz not null,
  created_at timestamptz not null default now(),
  -- The answer, once there is one; sealed, since it may have a secret in it.
  answer bytea,
  primary key (operator, key)
);
create index api_request_age on api_request (created_at);
