import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultJobSettings } from "../src/jobs/job-control.ts";
import { runJob } from "../src/jobs/job-run.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

const rows = 1000;
const csv = `email,firstName\n${Array.from({ length: rows }, (_, n) => `p${n % 700}@example.com,Ana${n}\n`).join("")}`;

test("an import that stops after its first batch goes on behind it, and ends as one that ran through", async () => {
  const settings = { batchSize: { rows: 100, bytes: 1_000_000 } };
  const elsewhere = await world.otherTenant("elsewhere");
  const calm = await world.import(csv, { settings }, elsewhere);

  const jobId = await world.start(csv);
  const { tenantId } = world.scope;
  const never = new AbortController().signal;
  await runJob(world.deps, { tenantId, jobId }, never, { ...defaultJobSettings, ...settings, sliceMs: 0 });
  const [stopped] = await world.deps.sql`select state, rows_done from jobs where id = ${jobId}`;
  expect(stopped).toMatchObject({ state: "running" });
  expect(stopped!.rowsDone).toBeGreaterThan(0);
  expect(stopped!.rowsDone).toBeLessThan(rows);

  const done = await world.work(jobId, settings);
  expect(done.processed).toBe(rows);
  expect(done.counters).toEqual(calm.counters);
  expect(await world.contacts()).toEqual(await world.contacts(elsewhere));
});
