-- Who asked to be forgotten, until every copy of the address is found; from then on, that it was done.
create table erasures (
  tenant_id uuid not null,
  id uuid not null,
  -- the job that looks for copies, of many addresses at once
  job_id uuid not null,
  -- gone when it is done
  email text collate "C",
  requested_at timestamptz not null default now(),
  finished_at timestamptz,
  removed jsonb not null,
  -- whether the search index is still to be made anew: the old one has the address's grams, without the address
  in_search boolean not null default true,
  constraint erasures_pkey primary key (tenant_id, id)
);
create index erasures_unfinished on erasures (tenant_id, job_id) where finished_at is null;
create index erasures_in_search on erasures (tenant_id) where in_search;
