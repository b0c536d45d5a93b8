-- Nothing that is done often may cost more the more is kept: indexes, and marks of what is dealt with.

-- What refers to a definition, for the retention.
create index reminder_definition on reminder (digest);
create index run_definition on run (digest);
-- Content by the media that it shows. Without a pending list, which a look-up would have to read through.
create index definition_media on definition using gin (jsonb_path_query_array(body, '$.**.media'))
  with (fastupdate = off);

-- Reminders that are not over: few among all that are kept. The scrape needs nothing but the columns of the first.
create index reminder_live on reminder (operator, dedupe_key) include (state, next_fire) where ended_at is null;
create index reminder_firing on reminder (operator, account_id, next_fire) where ended_at is null;
-- What an operator took out of the lists, in the order of the lists.
create index reminder_deleted_listing on reminder (operator, created_at desc, dedupe_key) where deleted_at is not null;
create index reminder_deleted_listing_by_state on reminder (operator, state, created_at desc, dedupe_key)
  where deleted_at is not null;

-- Lists of runs, the latest first: all, and by state.
create index run_listing on run (operator, scheduled_at desc, id desc);
create index run_listing_by_state on run (operator, state, scheduled_at desc, id desc);
create index run_unfinished_by_id on run (id) where finished_at is null;

-- What was purged is marked, so that the next night does not look at it again.
alter table run add column purged_at timestamptz;
create index run_to_purge on run (finished_at) where finished_at is not null and purged_at is null;
alter table reminder add column purged_at timestamptz;
create index reminder_to_purge on reminder (ended_at) where ended_at is not null and purged_at is null;
create index audit_at on audit (at);

-- The last message of an account to a chat, of whatever run. One that was not acknowledged says that the chat's members
-- may lack the sender's key (decision 0004), however long ago it was: so it is here, and the targets need not be kept.
create table chat_last_send (
  account_id text not null references account on delete cascade,
  jid        text not null,
  sending_at timestamptz not null,
  acked      boolean not null,
  primary key (account_id, jid)
) with (fillfactor = 80);
insert into chat_last_send (account_id, jid, sending_at, acked)
  select distinct on (r.account_id, t.jid) r.account_id, t.jid, s.sending_at, s.state = 'acked'
  from send s join target t on t.run_id = s.run_id and t.ordinal = s.ordinal join run r on r.id = s.run_id
  where s.sending_at is not null
  order by r.account_id, t.jid, s.sending_at desc;
-- Nothing looks for the targets of a chat any more.
drop index target_recipient;
