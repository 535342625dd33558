import type { Db, Sql, Tx } from "./open.ts";

/** 256 kB: large enough that a row's cost disappears, small enough that a hundred uploads fit in memory. */
export const chunkBytes = 256 * 1024;

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

/** Stores one chunk, durable when the promise resolves. All chunks but the last have `chunkBytes`. */
export async function insertChunk(
  sql: Db,
  tenantId: string,
  uploadId: string,
  chunkNo: number,
  bytes: Uint8Array,
): Promise<void> {
  await sql`
    insert into upload_chunks (tenant_id, upload_id, chunk_no, bytes)
    values (${tenantId}, ${uploadId}, ${chunkNo}, ${bytes as Buffer})`;
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

/** The stored bytes from an offset on, chunk by chunk; the next chunk is fetched while the caller works on one. */
export async function* readUpload(
  sql: Db,
  tenantId: string,
  uploadId: string,
  fromByte = 0,
): AsyncGenerator<Uint8Array> {
  const first = Math.floor(fromByte / chunkBytes);
  let next = chunkAt(sql, tenantId, uploadId, first);
  try {
    for (let no = first; ; no++) {
      const bytes = await next;
      if (bytes === null) return;
      next = chunkAt(sql, tenantId, uploadId, no + 1);
      yield no === first ? bytes.subarray(fromByte - first * chunkBytes) : bytes;
    }
  } finally {
    // A caller who stops early leaves one fetch in flight: its failure is nobody's news.
    next.catch(() => {});
  }
}

async function chunkAt(sql: Db, tenantId: string, uploadId: string, no: number): Promise<Uint8Array | null> {
  const [row] = await sql<{ bytes: Uint8Array }[]>`
    select bytes from upload_chunks
    where tenant_id = ${tenantId} and upload_id = ${uploadId} and chunk_no = ${no}`;
  return row?.bytes ?? null;
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
