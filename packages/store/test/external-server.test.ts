import { afterAll, beforeAll, expect, test } from "vitest";
import { checkExternalServer } from "../src/server/external-server.ts";
import { createEmptyDatabase, type TestDatabase } from "../src/testing.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createEmptyDatabase();
});
afterAll(() => database.drop());

test("a database that answers and is new enough is accepted", async () => {
  await checkExternalServer(database.url);
});

test("one below the floor is refused with both versions", async () => {
  await expect(checkExternalServer(database.url, 99)).rejects.toThrow(
    /names PostgreSQL 18 at .*needs 99 or newer/,
  );
});

test("one that is not there is refused with PostgreSQL's reason", async () => {
  const elsewhere = new URL(database.url);
  elsewhere.pathname = "/not_there";
  await expect(checkExternalServer(elsewhere.href)).rejects.toThrow(
    /cannot be reached at .*\/not_there: .*does not exist/,
  );
});
