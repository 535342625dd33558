create type health_class as enum ('invalid', 'risky', 'unengaged');

-- What each health run came to. Its id is that of its job; it counts once it is finished.
create table health_runs (
  tenant_id uuid not null,
  id uuid not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  -- what contacts were held against, the same from the first slice to the last
  rules jsonb not null,
  -- whether domains were asked for their mail servers
  dns boolean not null,
  counts jsonb,
  score smallint,
  -- whether the findings are still there, or are still being written
  findings_kept boolean not null default true,
  constraint health_runs_pkey primary key (tenant_id, id)
);

-- Only contacts that are not healthy. The class before the contact: pages of a class are read without the others.
create table health_findings (
  tenant_id uuid not null,
  run_id uuid not null,
  class health_class not null,
  contact_id uuid not null,
  reasons text[] not null,
  -- the domain that was probably meant
  suggestion text,
  constraint health_findings_pkey primary key (tenant_id, run_id, class, contact_id)
);
