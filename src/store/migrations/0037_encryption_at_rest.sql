-- What the installation's digests, aliases and look-ups are made with, sealed under the key ring. See decision 0064.
create table index_secret (
  id integer generated always as identity primary key,
  secret bytea not null,
  -- Whether there were reminders or media before: their digests have no key.
  had_content boolean not null,
  created_at timestamptz not null default now(),
  -- Where the key to it was lost, and another one taken in its place.
  replaced_at timestamptz
);
create unique index index_secret_in_use on index_secret ((true)) where replaced_at is null;

-- Whether the bytes have the form of the key ring; those of before are plain.
alter table media add column is_sealed boolean not null default false;
alter table upload add column is_sealed boolean not null default false;

-- A keyed digest of the name, by which a group is looked up.
alter table account_group add column subject_index bytea;
create index account_group_subject on account_group (account_id, subject_index);
