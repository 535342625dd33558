import { setTimeout } from "node:timers/promises";
import { inject } from "vitest";
import type { Sql } from "./open.ts";
import { createDatabase, type TestDatabase } from "./server/test-server.ts";

export { makeTestDir, startTestServer, type TestDatabase, type TestServer } from "./server/test-server.ts";

/** The server of this test run, or why there is none: tests that need no database run all the same. */
export type TestPostgres = { url: string; template: string } | { error: string };

declare module "vitest" {
  interface ProvidedContext {
    postgres: TestPostgres;
  }
}

/** Makes a migrated, empty database for one test file: once in `beforeAll`, dropped in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const postgres = inject("postgres");
  if ("error" in postgres) throw new Error(`The test database could not be made: ${postgres.error}`);
  return createDatabase(postgres.url, postgres.template);
}

/** The same without tables, for the tests of the migrations. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const postgres = inject("postgres");
  if ("error" in postgres) throw new Error(`The test database could not be made: ${postgres.error}`);
  return createDatabase(postgres.url);
}

/**
 * Waits for every transaction that runs now, behind which the change feed waits: also those of other databases of this server.
 */
export async function feedSettled(sql: Sql): Promise<void> {
  const [now] = await sql<{ xid: string }[]>`select pg_current_xact_id()::text as xid`;
  for (;;) {
    const [row] = await sql<{ over: boolean }[]>`
      select pg_snapshot_xmin(pg_current_snapshot()) > ${now!.xid}::text::xid8 as over`;
    if (row!.over) return;
    await setTimeout(20);
  }
}
