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

-- Contacts that became one.
create table contact_merges (
  tenant_id uuid not null,
  id uuid not null,
  -- who stayed
  kept_id uuid not null,
  -- whose history this is now: who stayed, or the one into whom that one was merged since
  contact_id uuid not null,
  created_by uuid,
  -- not when the transaction began: of two merges into one contact the later one is undone first
  created_at timestamptz not null default clock_timestamp(),
  undone_by uuid,
  undone_at timestamptz,
  constraint contact_merges_pkey primary key (tenant_id, id)
);
create index contact_merges_contact on contact_merges (tenant_id, contact_id);

-- Who took part in a merge, and what they were, for its undo.
create table merged_contacts (
  tenant_id uuid not null,
  merge_id uuid not null,
  -- 0 is who stayed; the others in the order in which their values counted
  n smallint not null,
  merged_id uuid not null,
  -- as in contact_merges
  contact_id uuid not null,
  -- the rows that it had: gone when the merge was undone, or cannot be any more
  image jsonb,
  constraint merged_contacts_pkey primary key (tenant_id, merge_id, n)
);
create index merged_contacts_imaged on merged_contacts (tenant_id, merge_id) where image is not null;
create index merged_contacts_merged on merged_contacts (tenant_id, merged_id);
create index merged_contacts_contact on merged_contacts (tenant_id, contact_id);
