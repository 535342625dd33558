import type { Db, Sql, Tx } from "../open.ts";
import { chunkBytes } from "./upload-chunks.ts";

export type Upload = {
  id: string;
  name: string | null;
  contentType: string | null;
  bytes: number;
  chunkBytes: number;
  completedAt: Date | null;
};

export async function insertUpload(
  sql: Db,
  tenantId: string,
  upload: { id: string; name: string | null; contentType: string | null },
): Promise<void> {
  await sql`
    insert into uploads (tenant_id, id, name, content_type, chunk_bytes)
    values (${tenantId}, ${upload.id}, ${upload.name}, ${upload.contentType}, ${chunkBytes})`;
}

/** Says that an upload is whole. */
export async function completeUpload(
  sql: Db,
  tenantId: string,
  uploadId: string,
  bytes: number,
  sha256: Uint8Array,
): Promise<void> {
  await sql`
    update uploads set bytes = ${bytes}, sha256 = ${sha256 as Buffer}, completed_at = now()
    where tenant_id = ${tenantId} and id = ${uploadId}`;
}

export async function uploadById(sql: Db, tenantId: string, uploadId: string): Promise<Upload | null> {
  const [row] = await sql<Upload[]>`
    select id, name, content_type, bytes, chunk_bytes, completed_at
    from uploads where tenant_id = ${tenantId} and id = ${uploadId}`;
  return row ?? null;
}

export async function deleteUpload(sql: Db, tenantId: string, uploadId: string): Promise<void> {
  await sql`delete from upload_chunks where tenant_id = ${tenantId} and upload_id = ${uploadId}`;
  await sql`delete from uploads where tenant_id = ${tenantId} and id = ${uploadId}`;
}

/**
 * Keeps an upload from being swept until the transaction ends: whoever makes a job of it, or takes one up again, holds it.
 * @returns whether it is there
 */
export async function holdUpload(tx: Tx, tenantId: string, uploadId: string): Promise<boolean> {
  const held = await tx`select from uploads where tenant_id = ${tenantId} and id = ${uploadId} for share`;
  return held.count === 1;
}

/**
 * Deletes uploads that nobody needs: those that never got whole or never got a job within a day, and those whose job
 * ended more than `keepDays` ago.
 */
export async function sweepUploads(sql: Sql, keepDays: number): Promise<number> {
  const stale = (db: Db) => db`
    select u.tenant_id, u.id from uploads u
    where u.created_at < now() - interval '1 day' and not exists (
      select from jobs j where j.tenant_id = u.tenant_id and j.upload_id = u.id
        and (j.finished_at is null or j.finished_at > now() - ${keepDays} * interval '1 day')
    )`;
  let swept = 0;
  for (const { tenantId, id } of await sql<{ tenantId: string; id: string }[]>`${stale(sql)}`) {
    await sql.begin(async (tx) => {
      await tx`select from uploads where tenant_id = ${tenantId} and id = ${id} for update`;
      // Looked at once more under the lock: somebody may just have made a job of it.
      const still = await tx`${stale(tx)} and u.tenant_id = ${tenantId} and u.id = ${id}`;
      if (still.count === 0) return;
      await deleteUpload(tx, tenantId, id);
      swept++;
    });
  }
  return swept;
}

/** A whole file that is kept, and the job that it belongs to, the unfinished one if there are several. */
export type KeptUpload = {
  id: string;
  name: string | null;
  bytes: number;
  createdAt: Date;
  jobId: string | null;
  jobEnded: boolean;
  jobFinishedAt: Date | null;
  /** How the job reads it. */
  shape: unknown;
};

/** The whole files of a tenant that are kept, in the order in which they came. */
export async function keptUploads(sql: Db, tenantId: string): Promise<KeptUpload[]> {
  return sql<KeptUpload[]>`
    select u.id, u.name, u.bytes, u.created_at, j.id as job_id, j.shape, j.finished_at as job_finished_at,
      j.id is null or j.finished_at is not null as job_ended
    from uploads u left join lateral (
      select id, shape, finished_at from jobs
      where tenant_id = u.tenant_id and upload_id = u.id
      order by finished_at desc nulls first limit 1
    ) j on true
    where u.tenant_id = ${tenantId} and u.completed_at is not null order by u.id`;
}

/** Deletes a file that no unfinished job needs. @returns whether it is gone */
export async function deleteEndedUpload(tx: Tx, tenantId: string, uploadId: string): Promise<boolean> {
  await tx`select from uploads where tenant_id = ${tenantId} and id = ${uploadId} for update`;
  // Looked at under the lock: somebody may just have made a job of it.
  const used = await tx`
    select from jobs where tenant_id = ${tenantId} and upload_id = ${uploadId} and finished_at is null`;
  if (used.count > 0) return false;
  await deleteUpload(tx, tenantId, uploadId);
  return true;
}
