import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { chunkBytes, insertChunk, readUpload } from "../src/imports/upload-chunks.ts";
import { openStore, type Sql } from "../src/open.ts";
import { createTestDatabase } from "../src/testing.ts";

test("a chunk that could not be fetched ahead fails whoever asks for it, then and not before", async () => {
  const lost = new Error("the connection was lost");
  let asked = 0;
  const sql = (async () => {
    if (++asked === 2) throw lost;
    return [{ bytes: Buffer.alloc(chunkBytes) }];
  }) as unknown as Sql;
  const chunks = readUpload(sql, "tenant", "upload");
  expect((await chunks.next()).value).toHaveLength(chunkBytes);
  // A promise that nobody looks at would end the process here.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await expect(chunks.next()).rejects.toBe(lost);
});

test("a chunk that comes while every connection is busy is stored whole, and costs nobody a connection", async () => {
  const database = await createTestDatabase();
  const sql = openStore(database.url, { max: 2 });
  try {
    const tenant = randomUUID();
    const chunks = Array.from({ length: 8 }, (_, n) => Buffer.alloc(chunkBytes, n));
    const others = chunks.map(() => sql`select pg_sleep(0.01)`);
    await Promise.all([
      ...chunks.map((bytes, n) => insertChunk(sql, tenant, tenant, n, bytes)),
      ...others,
      ...chunks.map((_, n) => sql`select ${n}::int4`),
    ]);
    const rows = await sql<{ bytes: Buffer }[]>`
      select bytes from upload_chunks where tenant_id = ${tenant} order by chunk_no`;
    expect(rows.map(({ bytes }) => bytes.equals(chunks[bytes[0]!]!))).toEqual(chunks.map(() => true));
  } finally {
    await sql.end();
    await database.drop();
  }
});
