-- Named questions about contacts: who is in one is found when somebody asks.
create table segments (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "C" not null,
  -- as it was written; segment-filter.ts reads it
  filter jsonb not null,
  -- how many were in it when they were last counted
  contact_count bigint,
  counted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint segments_pkey primary key (tenant_id, id),
  constraint segments_name unique (tenant_id, name)
);

-- Which segments a segment's filter uses by itself.
create table segment_uses (
  tenant_id uuid not null,
  segment_id uuid not null,
  used_id uuid not null,
  constraint segment_uses_pkey primary key (tenant_id, segment_id, used_id),
  constraint segment_uses_segment foreign key (tenant_id, segment_id) references segments on delete cascade,
  constraint segment_uses_used foreign key (tenant_id, used_id) references segments
);
create index segment_uses_used on segment_uses (tenant_id, used_id);
