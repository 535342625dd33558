-- A file on its way in: whole and durable before its sender gets an answer.
create table uploads (
  tenant_id uuid not null,
  id uuid not null,
  name text,
  content_type text,
  bytes bigint not null default 0,
  chunk_bytes integer not null,
  sha256 bytea,
  created_at timestamptz not null default now(),
  -- null while it is being received, and for ever if the sender went away: swept
  completed_at timestamptz,
  primary key (tenant_id, id)
);

-- All chunks but the last have uploads.chunk_bytes, so that a byte offset names its chunk.
create table upload_chunks (
  tenant_id uuid not null,
  upload_id uuid not null,
  chunk_no integer not null,
  bytes bytea not null,
  primary key (tenant_id, upload_id, chunk_no)
);
-- Uncompressed: customers' files are read back within seconds, and compressing them costs more than it saves.
alter table upload_chunks alter column bytes set storage external;

-- The truth about a job. The queue forgets what it has finished; this row does not.
create table jobs (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null,
  state text not null default 'queued',
  options jsonb not null default '{}',
  upload_id uuid,
  -- what detection found in the file: read the same way again after a crash
  shape jsonb,
  -- how far a job without a file is; an import's place is in import_batches
  checkpoint jsonb,
  bytes_total bigint,
  bytes_done bigint not null default 0,
  rows_done bigint not null default 0,
  -- known when the file has been read to its end, or from the start where there is none
  rows_total bigint,
  created bigint not null default 0,
  updated bigint not null default 0,
  unchanged bigint not null default 0,
  duplicate bigint not null default 0,
  duplicate_changed bigint not null default 0,
  skipped bigint not null default 0,
  failed bigint not null default 0,
  deleted bigint not null default 0,
  reasons jsonb not null default '{}',
  error jsonb,
  cancel_requested boolean not null default false,
  -- the fence: raised whenever somebody takes the job up; writes of a former holder are refused
  epoch integer not null default 0,
  -- how often it was taken up since it last got a batch done
  attempts integer not null default 0,
  heartbeat_at timestamptz,
  created_by uuid,
  -- what an import is still to create, where the account's plan has a limit: nobody else takes that room while it runs;
  -- null until it is counted
  room bigint,
  -- whether before-images of it may exist, until they expire; a deletion looks for a person's images job by job
  undoable boolean not null default false,
  -- whether the rows that failed are still there; how many they were, its counter tells
  report_kept boolean not null default true,
  -- the job that took this one back
  undone_by uuid,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, id),
  constraint jobs_state check (state in ('queued', 'running', 'completed', 'failed', 'cancelled'))
) with (fillfactor = 50);
create index jobs_unfinished on jobs (tenant_id, id) where finished_at is null;
create index jobs_reports on jobs (tenant_id, id) where report_kept and failed > 0;
create index jobs_undoable on jobs (tenant_id, id) where undoable;

-- The ledger: one row per batch, in the transaction that writes the batch. Its key is the exactly-once guard.
create table import_batches (
  tenant_id uuid not null,
  job_id uuid not null,
  batch_no integer not null,
  rows integer not null,
  -- the last record's place in the decoded file and its row: reading goes on there, behind it
  last_byte bigint not null,
  last_row bigint not null,
  -- 8 bytes for each contact that was hit and left unchanged: those that changed are known by their own rows
  seen bytea,
  primary key (tenant_id, job_id, batch_no)
);

-- What a dry run has "written" so far: the same pipeline reads it in front of contacts, and nothing else does.
create table contact_overlay (
  tenant_id uuid not null,
  job_id uuid not null,
  contact_id uuid not null,
  email text collate "C" not null,
  external_id text collate "C",
  contact jsonb not null,
  primary key (tenant_id, job_id, contact_id)
);
create index contact_overlay_email on contact_overlay (tenant_id, job_id, email);
create index contact_overlay_external_id on contact_overlay (tenant_id, job_id, external_id)
  where external_id is not null;

-- The same for suppressions: the status that an address would have by now, active where its entry would be gone.
create table suppression_overlay (
  tenant_id uuid not null,
  job_id uuid not null,
  hash bytea not null,
  status contact_status not null,
  primary key (tenant_id, job_id, hash)
);

-- The ids that a bulk job was given: the contacts that it is about, or those that its filter leaves out. Apart from the
-- job's row, which every batch rewrites. Gone when the job has completed; kept for a while when it was stopped.
create table job_contacts (
  tenant_id uuid not null,
  job_id uuid not null,
  -- the place in the list, from 1
  n bigint not null,
  -- as it was written, where that is not the id itself
  given text,
  -- null where what was written is no contact's id
  contact_id uuid,
  -- whether the same id stands further up in the list
  repeat boolean not null,
  primary key (tenant_id, job_id, n)
);

-- Every row that failed, with its original cells: nothing is capped.
create table job_failures (
  tenant_id uuid not null,
  job_id uuid not null,
  row bigint not null,
  code text not null,
  field text,
  value text,
  message text not null,
  email text,
  cells text[],
  raw text,
  primary key (tenant_id, job_id, row)
);

-- Before-images of contacts that a job changed, for its undo. For a contact that the job created and changed again the
-- image is null: its undo deletes it, and needs only the version.
create table contact_before (
  tenant_id uuid not null,
  job_id uuid not null,
  contact_id uuid not null,
  -- JSON, read by an undo alone: as jsonb it would be taken apart for each change and hardly ever looked at
  before text,
  -- the version that the job left: another one means that somebody changed it since
  version_after integer not null,
  primary key (tenant_id, job_id, contact_id)
);

-- Who is at work: one row per worker process, so that readiness can be told from another process.
create table workers (
  id uuid primary key,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now()
);
