-- A device that could not decrypt a message asks for a copy of it, by a retry receipt.
create table copy_request (
  message_id text not null references send (message_id) on delete cascade,
  device text not null,
  account_id text not null references account (id) on delete cascade,
  chat text not null,
  asked_at timestamptz not null default clock_timestamp(),
  -- As the device counts its receipts for this message, from 1.
  count integer not null,
  -- How many copies were on their way to it.
  copies integer not null default 0,
  is_wanted boolean not null default true,
  primary key (message_id, device)
);
create index copy_request_wanted on copy_request (account_id, asked_at) where is_wanted;
create index copy_request_of_device on copy_request (account_id, device, asked_at);

-- A slot for a copy. All copies together may have a quarter of each of the account's limits, and one at least: those who
-- ask for copies must not hold up reminders. Their slots carry a name that no reminder may have.
create function take_copy_slot(
  the_account text, the_epoch bigint, the_ticket bigint, held bigint[], out slot bigint, out wait_ms integer, out why text
) returns record language plpgsql as $function$
declare
  sender account;
  next_at timestamptz;
  free_at timestamptz;
  copies constant text := '~copies';
begin
  select * into strict sender from account where id = the_account for no key update;
  free_at := rate_slot_free_at(the_account, copies, greatest(1, sender.rate_per_minute / 4), interval '60.5 seconds');
  if daily_cap_of(sender) is not null then
    next_at := rate_slot_free_at(the_account, copies, greatest(1, daily_cap_of(sender) / 4), interval '24 hours 0.5 seconds');
    free_at := greatest(free_at, next_at);
  end if;
  if free_at is not null then
    wait_ms := greatest(1, ceil(extract(epoch from free_at - clock_timestamp()) * 1000));
    why := 'account';
    return;
  end if;
  select t.slot, t.wait_ms, t.why into slot, wait_ms, why
    from take_rate_slot(the_account, null, the_epoch, the_ticket, held) t;
  update rate_slot set reminder = copies where id = slot;
end $function$;
