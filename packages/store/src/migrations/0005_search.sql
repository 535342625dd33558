-- Part-of-text search: which contacts have which grams of their email and name. Filled behind the writers from the change
-- feed, a segment of contacts at a time; what stands behind an index's place in the feed is read from contacts themselves.
-- Why not a trigram index: docs/decisions/0013-search-segments.md.

create table search_indexes (
  tenant_id uuid not null,
  generation integer not null,
  -- the one that is read; another one is being made to take its place
  live boolean not null,
  -- whoever stands in front of this place in the feed is in the index
  feed_epoch integer not null default 0,
  feed_xid xid8 not null default '0',
  contact_id uuid not null default '00000000-0000-0000-0000-000000000000',
  segments integer not null default 0,
  -- also those that are there several times, because they were changed, and those that are deleted by now
  contacts bigint not null default 0,
  primary key (tenant_id, generation)
);

create table search_postings (
  tenant_id uuid not null,
  generation integer not null,
  shelf integer not null,
  segment integer not null,
  postings bytea not null,
  primary key (tenant_id, generation, shelf, segment)
);

-- The ids of a segment's contacts, 64 in a row: position p is in block p / 64.
create table search_contacts (
  tenant_id uuid not null,
  generation integer not null,
  segment integer not null,
  block integer not null,
  ids bytea not null,
  primary key (tenant_id, generation, segment, block)
);

-- Random to a compressor, and never rewritten.
alter table search_postings alter column postings set storage external;
alter table search_contacts alter column ids set storage external;
