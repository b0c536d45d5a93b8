-- Who links an account watches what there is to show. A notification says that it is another, and nothing of it.
create function tell_of_pairing() returns trigger language plpgsql as $$
begin
  perform pg_notify('carillon_event', 'pairing:' || coalesce(new.account_id, old.account_id))
    from event_log where listening_until > now();
  return null;
end $$;
create trigger event_pairing after insert or update or delete on pairing for each row execute function tell_of_pairing();
