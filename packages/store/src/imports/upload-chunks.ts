import type { Db, Sql } from "../open.ts";
import { BinaryRows } from "../sql/binary-rows.ts";
import { copyIn } from "../sql/copy-in.ts";

/** 256 kB: large enough that a row's cost disappears, small enough that a hundred uploads fit in memory. */
export const chunkBytes = 256 * 1024;

/**
 * Stores one chunk, durable when the promise resolves. All chunks but the last have `chunkBytes`. By COPY: as a parameter
 * of a query, postgres.js would write each byte as two hexadecimal digits, and keep three copies of a chunk on the way.
 */
export async function insertChunk(
  sql: Sql,
  tenantId: string,
  uploadId: string,
  chunkNo: number,
  bytes: Uint8Array,
): Promise<void> {
  const rows = new BinaryRows(4, 128);
  rows.begin();
  rows.uuid(tenantId);
  rows.uuid(uploadId);
  rows.int4(chunkNo);
  rows.length(bytes.length);
  // In a transaction, which has its connection to itself: on one of the pool, postgres.js would send the next query into the COPY
  // as soon as all connections are busy, and Postgres would end the connection with all that waits on it.
  await sql.begin((tx) => {
    const copy = tx`copy upload_chunks (tenant_id, upload_id, chunk_no, bytes) from stdin (format binary)`;
    return copyIn(copy, [rows.take(), bytes, rows.end()]);
  });
}

/** The stored bytes from an offset on, chunk by chunk; the next chunk is fetched while the caller works on one. */
export async function* readUpload(
  sql: Db,
  tenantId: string,
  uploadId: string,
  fromByte = 0,
): AsyncGenerator<Uint8Array> {
  const fetch = (no: number) => {
    const chunk = chunkAt(sql, tenantId, uploadId, no);
    // Its failure is told to the caller who asks for it, which may be later, or never.
    chunk.catch(() => {});
    return chunk;
  };
  const first = Math.floor(fromByte / chunkBytes);
  let next = fetch(first);
  for (let no = first; ; no++) {
    const bytes = await next;
    if (bytes === null) return;
    next = fetch(no + 1);
    yield no === first ? bytes.subarray(fromByte - first * chunkBytes) : bytes;
  }
}

async function chunkAt(sql: Db, tenantId: string, uploadId: string, no: number): Promise<Uint8Array | null> {
  // By COPY a chunk would come without its way through hexadecimal digits, but a COPY … TO STDOUT of postgres.js can leave
  // its connection paused for ever.
  const [row] = await sql<{ bytes: Uint8Array }[]>`
    select bytes from upload_chunks
    where tenant_id = ${tenantId} and upload_id = ${uploadId} and chunk_no = ${no}`;
  return row?.bytes ?? null;
}
