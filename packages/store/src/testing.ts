import { inject } from "vitest";
import { createDatabase, type TestDatabase } from "./test-server.ts";

export { makeTestDir, startTestServer, type TestDatabase, type TestServer } from "./test-server.ts";

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
