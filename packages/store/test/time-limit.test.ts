import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore, type Sql } from "../src/open.ts";
import { TookTooLong, withinTime } from "../src/sql/time-limit.ts";
import { createTestDatabase } from "../src/testing.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = openStore(database.url, { max: 1 });
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
});

test("a statement that takes longer than it may is ended, and the connection has no limit afterwards", async () => {
  await expect(withinTime(sql, 50, (tx) => tx`select pg_sleep(20)`)).rejects.toThrow(TookTooLong);
  expect(await withinTime(sql, 5000, (tx) => tx`select 1 as one`)).toEqual([{ one: 1 }]);
  expect(await sql`select pg_sleep(0.1), current_setting('statement_timeout') as timeout`).toMatchObject([
    { timeout: "0" },
  ]);
});

test("inside a transaction only the part is limited, and the transaction goes on when it took too long", async () => {
  await sql.begin(async (tx) => {
    const limit = async () => (await tx`select current_setting('statement_timeout') as limit`)[0]!.limit;
    expect(await withinTime(tx, 5000, (part) => part`select 1 as one`)).toEqual([{ one: 1 }]);
    expect(await limit()).toBe("0");
    await expect(withinTime(tx, 50, (part) => part`select pg_sleep(20)`)).rejects.toThrow(TookTooLong);
    expect(await limit()).toBe("0");
  });
});

test("what fails otherwise is told as it is", async () => {
  await expect(withinTime(sql, 5000, (tx) => tx`select 1 / 0`)).rejects.toMatchObject({ code: "22012" });
});
