import { expect, test } from "vitest";
import type { Sql } from "../src/open.ts";
import { chunkBytes, readUpload } from "../src/upload-chunks.ts";

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
