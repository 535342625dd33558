-- Runs that look for contacts who are likely the same person. A run's id is that of its job; it counts once it is finished.
create table duplicate_runs (
  tenant_id uuid not null,
  id uuid not null,
  finished_at timestamptz,
  -- how many contacts it looked at, and how many groups it found
  contacts bigint,
  groups bigint,
  constraint duplicate_runs_pkey primary key (tenant_id, id)
);

-- What contacts share, by a run: while it runs every key, then only those that several contacts have.
create table duplicate_keys (
  tenant_id uuid not null,
  run_id uuid not null,
  evidence text collate "C" not null,
  key text collate "C" not null,
  contact_id uuid not null,
  constraint duplicate_keys_pkey primary key (tenant_id, run_id, evidence, key, contact_id)
);
create index duplicate_keys_contact on duplicate_keys (tenant_id, contact_id);
