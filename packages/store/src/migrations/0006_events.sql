create type event_type as enum
  ('sent', 'delivered', 'opened', 'clicked', 'bounced', 'complained', 'unsubscribed', 'resubscribed');
create type bounce as enum ('hard', 'soft');

-- What mail servers and recipients did, a partition for each month (store/events/event-months.ts). Dropping an old one loses no
-- sum: engagement and campaign_sends hold those.
create table events (
  tenant_id uuid not null,
  contact_id uuid not null,
  at timestamptz not null,
  -- made of the sender's own id, where there is one
  id uuid not null,
  type event_type not null,
  -- of a bounce, which kind
  bounce bounce,
  campaign_id text collate "C",
  constraint events_pkey primary key (tenant_id, contact_id, at, id)
) partition by range (at);

-- The ids of events that were counted, each a hash of its sender's: a partitioned table cannot keep an id unique over all
-- months. Kept for as long as an event of that age is taken.
create table event_ids (
  tenant_id uuid not null,
  id uuid not null,
  received_at timestamptz not null default now(),
  constraint event_ids_pkey primary key (tenant_id, id)
);
-- Rows stand in the order in which they came: a few bytes for each 128 pages find those that are too old.
create index event_ids_received on event_ids using brin (tenant_id, received_at);

-- What became of each campaign at each contact: the history that outlives the events.
create table campaign_sends (
  tenant_id uuid not null,
  contact_id uuid not null,
  -- '' for events that name none, which share a row
  campaign_id text collate "C" not null,
  campaign_name text,
  -- when the event was that gave the name: the latest one wins
  named_at timestamptz,
  -- events of each type
  sent integer not null default 0,
  delivered integer not null default 0,
  opened integer not null default 0,
  clicked integer not null default 0,
  bounced integer not null default 0,
  -- the hardest of its bounces
  bounce bounce,
  -- the earliest event of any type, and of each
  first_at timestamptz not null,
  sent_at timestamptz,
  delivered_at timestamptz,
  opened_at timestamptz,
  clicked_at timestamptz,
  bounced_at timestamptz,
  complained_at timestamptz,
  unsubscribed_at timestamptz,
  constraint campaign_sends_pkey primary key (tenant_id, contact_id, campaign_id)
) with (fillfactor = 80);
