-- Until when WhatsApp takes no messages to people from this account, and the failure that said so; groups go on.
alter table account add column direct_held_until timestamptz;
alter table account add column direct_held_by text;
alter table account add constraint account_direct_hold check ((direct_held_until is null) = (direct_held_by is null));
