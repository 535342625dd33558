import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore } from "../src/open.ts";
import { createTestDatabase, type TestDatabase } from "../src/testing.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("a test database is migrated and empty", async () => {
  const sql = openStore(database.url);
  expect(await sql`select * from contacts`).toHaveLength(0);
  await sql.end();
});

test("two test databases do not see each other, and one that is dropped is gone although it is in use", async () => {
  const other = await createTestDatabase();
  const sql = openStore(other.url);
  await sql`create table only_here (x int)`;
  const mine = openStore(database.url);
  await expect(mine`select * from only_here`).rejects.toThrow("does not exist");
  await other.drop();
  await expect(sql`select 1`).rejects.toThrow();
  await Promise.all([sql.end(), mine.end()]);
});
