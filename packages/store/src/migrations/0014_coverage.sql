-- How many contacts have each field, each attribute by its type, and each locale: exact, together with what is not added up yet.
create table contact_coverage (
  tenant_id uuid not null,
  kind text collate "C" not null,
  key text collate "C" not null,
  -- of an attribute what JSON calls its type, of a locale active or other
  type text collate "C" not null,
  n bigint not null,
  constraint contact_coverage_pkey primary key (tenant_id, kind, key, type)
) with (fillfactor = 50);

-- What each transaction changed, added up by the worker within seconds: so writers never wait for each other's sums.
create table contact_coverage_changes (
  tenant_id uuid not null,
  id bigint generated always as identity,
  counts jsonb not null,
  constraint contact_coverage_changes_pkey primary key (tenant_id, id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Who adds up holds this row. Where there were too many names, the rest is not counted until all is counted anew.
create table contact_coverage_states (
  tenant_id uuid not null,
  complete boolean not null default true,
  constraint contact_coverage_states_pkey primary key (tenant_id)
);
