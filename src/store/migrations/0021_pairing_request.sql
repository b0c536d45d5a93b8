-- Until when codes are shown, and whether the phone may have another number than the one before.
alter table pairing add column expires_at timestamptz not null default now() + interval '5 minutes';
alter table pairing add column may_be_other boolean not null default false;
