import type { TestProject } from "vitest/node";
import { migrate } from "../src/migrate.ts";
import { startTestServer } from "../src/server/test-server.ts";
import type { TestPostgres } from "../src/testing.ts";

/** One server for the whole run, whose migrated database every test file copies. Vitest calls what it returns at the end. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
  project.provide("postgres", await makeTemplate(server.url));
  return () => server.stop();
}

async function makeTemplate(url: string): Promise<TestPostgres> {
  try {
    await migrate(url);
    return { url, template: "roster" };
  } catch (error) {
    return { error: (error as Error).stack ?? String(error) };
  }
}
