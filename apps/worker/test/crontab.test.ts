import { createTestDatabase, makeTestDir } from "@roster/store/testing.ts";
import { openDeps } from "@roster/usecases/deps.ts";
import { defaultJobSettings } from "@roster/usecases/job-control.ts";
import { type JobHelpers, parseCrontab } from "graphile-worker";
import { expect, test } from "vitest";
import { crontab, tasks } from "../src/tasks.ts";

test("what the clock asks for exists, and the hourly sweep takes answers that are older than 24 h", async () => {
  const database = await createTestDatabase();
  const deps = await openDeps({
    databaseUrl: database.url,
    dataDir: makeTestDir(),
    poolSize: 2,
    name: "test",
  });
  try {
    const works = tasks(deps, new AbortController().signal, defaultJobSettings, 7);
    for (const { task } of parseCrontab(crontab)) expect(Object.keys(works)).toContain(task);
    expect(crontab).toMatch(/^\d+ \* \* \* \* remove-old-answers$/m);

    const tenant = deps.newId();
    await deps.sql`
      insert into idempotency_keys (tenant_id, key, request, status, headers, body, created_at)
      select ${tenant}, age || ' h', '', 200, '{}', '', now() - age * interval '1 hour' from unnest(array[1, 23, 25]) age`;
    await works["remove-old-answers"]!({}, {} as JobHelpers);
    expect(await deps.sql`select key from idempotency_keys order by key`).toEqual([
      { key: "1 h" },
      { key: "23 h" },
    ]);
  } finally {
    await deps.close();
    await database.drop();
  }
});
