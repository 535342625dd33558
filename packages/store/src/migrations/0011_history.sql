-- An entry's name for the outside: its hash stays inside, because whoever sees hashes can try addresses on a stolen key. As a
-- UUIDv7 it is the order of the list too.
alter table suppressions add column id uuid not null default gen_random_uuid();
alter table suppressions alter column id drop default;
alter table suppressions add constraint suppressions_id unique (tenant_id, id);
