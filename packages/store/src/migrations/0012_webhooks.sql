-- Outgoing webhooks. An endpoint has a place in the feed: the feed of contacts, of those who were deleted, and of the jobs that
-- have ended, in one order. What stands in front of its place was delivered.

-- Which transactions were an import's, so that what it changed is known without a mark on each contact.
create table import_transactions (
  tenant_id uuid not null,
  feed_epoch integer not null default 1,
  feed_xid xid8 not null default pg_current_xact_id(),
  job_id uuid not null,
  primary key (tenant_id, feed_epoch, feed_xid)
);

-- The jobs that have ended, each at its latest end.
create table job_ends (
  tenant_id uuid not null,
  job_id uuid not null,
  feed_epoch integer not null default 1,
  feed_xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default now(),
  primary key (tenant_id, job_id)
);
create index job_ends_feed on job_ends (tenant_id, feed_epoch, feed_xid);

create table webhooks (
  tenant_id uuid not null,
  id uuid not null,
  url text not null,
  description text,
  events text[] not null,
  include_imports boolean not null,
  is_active boolean not null,
  -- why it was switched off without its owner; null where its owner did it
  disabled jsonb,
  -- requests are signed with it, so that it cannot be a hash; the one before it still signs too, for a while
  secret text not null,
  former_secret text,
  former_secret_until timestamptz,
  -- the place in the feed; the id of nobody is in front of all contacts of a transaction
  feed_epoch integer not null,
  feed_xid xid8 not null,
  feed_id uuid not null,
  -- the epoch of the feed that the receiver knows of: another one is told first
  told_epoch integer not null,
  failures integer not null default 0,
  failing_since timestamptz,
  next_attempt_at timestamptz not null default now(),
  last_delivered_at timestamptz,
  -- raised by whoever takes it up, and by whoever moves its place: what a former holder found out is not written any more
  fence integer not null default 0,
  lease_until timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id)
) with (fillfactor = 50);

-- The log: no contacts are in it, only which stretch of the feed a request told of.
create table webhook_deliveries (
  tenant_id uuid not null,
  webhook_id uuid not null,
  id uuid not null,
  kind text not null,
  state text not null default 'pending',
  -- behind the first place, up to the second; null for what tells no changes
  from_epoch integer,
  from_xid xid8,
  from_id uuid,
  to_epoch integer,
  to_xid xid8,
  to_id uuid,
  items integer not null,
  attempts integer not null default 0,
  response_status integer,
  error text,
  created_at timestamptz not null default now(),
  attempted_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, webhook_id, id),
  constraint webhook_deliveries_kind check (kind in ('changes', 'restored', 'test')),
  constraint webhook_deliveries_state check (state in ('pending', 'delivered', 'failed', 'superseded'))
);
create index webhook_deliveries_pending on webhook_deliveries (tenant_id, webhook_id, id) where state = 'pending';
