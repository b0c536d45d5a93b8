-- The rules of time zones that each worker computes with, so that workers which differ are seen. Renewed each minute; a
-- row that is not is of a worker that has gone.
create table worker_zone_data (
  owner text primary key,
  -- Such as `2026f`.
  version text not null,
  at timestamptz not null default now()
);
