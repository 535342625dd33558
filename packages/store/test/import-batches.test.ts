import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seenOf } from "../src/imports/import-batches.ts";
import { openStore, type Sql } from "../src/open.ts";
import { createTestDatabase, type TestDatabase } from "../src/testing.ts";

let database: TestDatabase;
let sql: Sql;
const [tenantId, jobId] = [randomUUID(), randomUUID()];
const batches = 120;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = openStore(database.url, { max: 2 });
  await sql`
    insert into import_batches (tenant_id, job_id, batch_no, rows, last_byte, last_row, seen)
    select ${tenantId}, ${jobId}, n, 1, n, n, case when n % 10 > 0 then int4send(n) end
    from generate_series(0, ${batches - 1}::int) n`;
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
});

const seen = Array.from({ length: batches }, (_, n) => n).filter((n) => n % 10 > 0);

async function read(meanwhile: () => Promise<void>): Promise<number[]> {
  const numbers: number[] = [];
  for await (const keys of seenOf(sql, tenantId, jobId)) {
    numbers.push(Buffer.from(keys).readInt32BE());
    if (numbers.length === 10) await meanwhile();
  }
  return numbers;
}

test("what an import has seen comes whole and in order", async () => {
  expect(await read(async () => {})).toEqual(seen);
});

test("a connection that is lost between two pages does not make them the last ones", async () => {
  const numbers = await read(async () => {
    await sql`
      select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
  });
  expect(numbers).toEqual(seen);
});
