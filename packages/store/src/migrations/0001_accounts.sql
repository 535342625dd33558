-- Accounts own tenants, tenants own contacts, keys open the door. Keys are looked up by the hash of their secret before
-- any tenant is known: this file and 0013_receivers.sql hold the only indexes that do not begin with tenant_id.

-- What belongs to this installation as a whole; one row.
create table installation (
  only_one boolean primary key default true constraint installation_only_one check (only_one),
  -- SHA-256 of the key of the suppression list, by which another key is told from it
  suppression_key_check bytea,
  created_at timestamptz not null default now()
);
insert into installation default values;

create table plans (
  name text primary key,
  -- most contacts of an account; null: no limit
  contact_limit bigint,
  bulk_import boolean not null,
  -- most requests of one key in a minute; null: no limit
  requests_per_minute bigint
);
insert into plans (name, contact_limit, bulk_import)
values ('free', 1000, false), ('pro', null, true), ('unlimited', null, true);

create table accounts (
  id uuid primary key,
  name text not null,
  plan text not null default 'unlimited' references plans,
  created_at timestamptz not null default now(),
  constraint accounts_name unique (name)
);

create table tenants (
  id uuid primary key,
  account_id uuid not null references accounts,
  slug text not null,
  settings jsonb not null default '{}',
  -- rises whenever addresses are suppressed that no contact need have: who creates contacts compares it
  suppressions_version integer not null default 0,
  created_at timestamptz not null default now(),
  constraint tenants_slug unique (account_id, slug)
);

create table keys (
  tenant_id uuid not null references tenants,
  id uuid not null,
  account_id uuid not null references accounts,
  -- the first characters, by which its owner recognises it
  beginning text not null,
  -- SHA-256 of the whole key; the key itself is shown once and never kept.
  secret_hash bytea not null,
  name text,
  scopes text[] not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  constraint keys_secret_hash unique (secret_hash)
);
