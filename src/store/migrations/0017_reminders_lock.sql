-- A row that is written twice in one transaction, as that of a run is where it is prepared, is checked against its foreign
-- keys the second time: that waited for whoever had its reminder, who waited for the run.
create or replace function lock_reminder(the_operator text, the_key text)
  returns table (reminder reminder, body jsonb, runs jsonb, read_at timestamptz) language plpgsql as $$
begin
  perform 1 from reminder r where r.operator = the_operator and r.dedupe_key = the_key for no key update;
  return query
    select r, d.body, open_runs(the_operator, the_key), clock_timestamp()
    from reminder r join definition d using (digest) where r.operator = the_operator and r.dedupe_key = the_key;
end $$;
