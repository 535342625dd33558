-- Static lists: who is on one was put there by somebody.
create table lists (
  tenant_id uuid not null,
  id uuid not null,
  slug text collate "C" not null,
  name text collate "C" not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint lists_pkey primary key (tenant_id, id),
  constraint lists_slug unique (tenant_id, slug),
  constraint lists_name unique (tenant_id, name)
);

create table list_members (
  tenant_id uuid not null,
  list_id uuid not null,
  contact_id uuid not null,
  added_at timestamptz not null default now(),
  -- The job that put it there, for its undo.
  added_job uuid,
  constraint list_members_pkey primary key (tenant_id, list_id, contact_id)
);
create index list_members_contact on list_members (tenant_id, contact_id, list_id);

-- Exact numbers of members in O(1), in slots as contact_counts.
create table list_counts (
  tenant_id uuid not null,
  list_id uuid not null,
  slot smallint not null,
  n bigint not null,
  constraint list_counts_pkey primary key (tenant_id, list_id, slot)
) with (fillfactor = 50);

-- Whom a job took off a list, for its undo; goes with the job's before-images.
create table list_removals (
  tenant_id uuid not null,
  job_id uuid not null,
  list_id uuid not null,
  contact_id uuid not null,
  added_at timestamptz not null,
  constraint list_removals_pkey primary key (tenant_id, job_id, contact_id, list_id)
);
