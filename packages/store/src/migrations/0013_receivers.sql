-- Addresses at which providers tell what became of mails. Like a key, a source is found by the hash of its secret before any
-- tenant is known: one more index that does not begin with tenant_id.
create table event_sources (
  tenant_id uuid not null references tenants,
  id uuid not null,
  name text not null,
  provider text not null,
  -- by the provider: domain/events/event-source.ts
  settings jsonb not null,
  -- the first characters of the token, by which its owner recognises it
  beginning text not null,
  -- SHA-256 of the address's token, and of the password where the source has one; neither is kept
  token_hash bytea not null,
  password_hash bytea,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- what came: requests that were taken, and what they told
  last_received_at timestamptz,
  accepted bigint not null default 0,
  duplicate bigint not null default 0,
  failed bigint not null default 0,
  ignored bigint not null default 0,
  -- requests that were turned down
  refused bigint not null default 0,
  last_error text,
  last_error_at timestamptz,
  constraint event_sources_pkey primary key (tenant_id, id),
  constraint event_sources_name unique (tenant_id, name),
  constraint event_sources_token_hash unique (token_hash)
);
