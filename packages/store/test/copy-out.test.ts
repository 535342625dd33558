import { afterAll, beforeAll, expect, test } from "vitest";
import { tableRows } from "../src/backup/backup-read.ts";
import { openStore, type Sql } from "../src/open.ts";
import { createEmptyDatabase, type TestDatabase } from "../src/testing.ts";

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await createEmptyDatabase();
  sql = openStore(database.url, { max: 1 });
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
});

test("behind a large row at the end of a COPY the connection goes on", async () => {
  await sql`create table pieces (piece text)`;
  await sql`insert into pieces select repeat('x', 100000) from generate_series(1, 3)`;
  const answer = sql.begin(async (tx) => {
    let bytes = 0;
    for await (const rows of tableRows(tx, { name: "pieces", columns: { piece: "text" } })) {
      // Everything has arrived when this process looks again: the last row and the end come in one piece.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
      bytes += rows.length;
    }
    const [row] = await tx`select ${bytes}::int as bytes`;
    return row!.bytes as number;
  });
  expect(await answer).toBe(300_003);
});
