-- The proxy by way of which everything of an account goes: its URL, encrypted as WhatsApp's keys are, since it may have a
-- password in it; and what of it may be shown.
alter table account add column proxy bytea;
alter table account add column proxy_place text;
alter table account add constraint proxy_is_shown check ((proxy is null) = (proxy_place is null));
