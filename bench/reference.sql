-- The fixed yardstick of the import benchmark: the columns of a contact, a uuid primary key, unique (tenant_id, email) and
-- no other index. It does not follow the product's own table: a figure must not get better by making our table worse.
create table bench_reference (
  tenant_id uuid not null,
  id uuid not null primary key,
  email text not null,
  external_id text,
  name text,
  first_name text,
  last_name text,
  phone text,
  locale text,
  tags text[] not null,
  attributes jsonb not null,
  status text not null,
  consent text,
  source text,
  version integer not null,
  created_job uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, email)
);
