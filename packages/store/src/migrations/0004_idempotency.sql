-- The answers to requests that came with an Idempotency-Key, each written in the transaction of its request's effect.
create table idempotency_keys (
  tenant_id uuid not null,
  key text collate "C" not null,
  -- SHA-256 of the request: the same key under another one is a mistake of its sender
  request bytea not null,
  status smallint not null,
  headers jsonb not null,
  body bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, key)
);
