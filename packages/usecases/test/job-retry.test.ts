import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { removeOldBeforeImages, removeOldUploads } from "../src/housekeeping.ts";
import { retryJob } from "../src/jobs/job-retry.ts";
import { cancelJob, getJob, listJobs } from "../src/jobs/jobs.ts";
import { undoJob } from "../src/jobs/undo.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
let tenants = 0;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

const newTenant = () => world.otherTenant(`retry-${++tenants}`);
const settings = { batchSize: { rows: 4, bytes: 1e6 }, lanes: 3, sliceMs: 0 };

/** Rows 2 to 41; every fifth one is broken. */
const file = `email,plan\n${Array.from({ length: 40 }, (_, n) => `${n % 5 === 4 ? "no" : `p${n}@x.co`},pro`).join("\n")}\n`;

async function whyNot(scope: TenantScope, jobId: string): Promise<string> {
  const error = await retryJob(world.deps, scope, jobId).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Refused);
  const { refusal, message } = error as Refused;
  expect(refusal.code).toBe("job_not_retryable");
  expect(await getJob(world.deps, scope, jobId)).toMatchObject({ retryable: false });
  return message;
}

test("an import that stopped for its failures ended in that very batch, and goes on from there with the report of one that never stopped", async () => {
  const [scope, straight] = [await newTenant(), await newTenant()];
  const whole = await world.import(file, { settings }, straight);

  const stopped = await world.import(file, { policy: { stopAfterFailures: 2 }, settings }, scope);
  expect(stopped).toMatchObject({
    state: "failed",
    error: { code: "too_many_failures", message: expect.stringContaining("told to stop at 2") },
    processed: 12,
    counters: { created: 10, failed: 2 },
    retryable: true,
    undoable: true,
  });
  expect(await world.contacts(scope)).toHaveLength(10);

  // So many further failures stop it again.
  expect(await retryJob(world.deps, scope, stopped.id)).toMatchObject({
    id: stopped.id,
    state: "queued",
    error: null,
    finishedAt: null,
  });
  const again = await world.work(stopped.id, settings, scope);
  expect(again).toMatchObject({ state: "failed", counters: { failed: 4 } });

  await retryJob(world.deps, scope, stopped.id, { stopAfterFailures: 100 });
  const done = await world.work(stopped.id, settings, scope);
  expect(done).toMatchObject({ state: "completed", processed: 40, total: 40, retryable: false });
  expect([done.counters, done.reasons]).toEqual([whole.counters, whole.reasons]);
  expect(await world.contacts(scope)).toEqual(await world.contacts(straight));
  const rows = (jobId: string) => world.deps.sql`
    select row, code from job_failures where job_id = ${jobId} order by row`;
  expect(await rows(stopped.id)).toEqual(await rows(whole.id));
  // What it wrote in both halves is taken back together.
  const { jobId } = await undoJob(world.deps, scope, stopped.id);
  await world.work(jobId, {}, scope);
  expect(await world.contacts(scope)).toEqual([]);
});

test("null lifts the limit of failures", async () => {
  const scope = await newTenant();
  const { id } = await world.import(file, { policy: { stopAfterFailures: 1 }, settings }, scope);
  await retryJob(world.deps, scope, id, { stopAfterFailures: null });
  expect(await world.work(id, settings, scope)).toMatchObject({
    state: "completed",
    counters: { failed: 8 },
  });
});

test("a cancelled import goes on, and so do a cancelled import of suppressions and a cancelled undo", async () => {
  for (const target of ["contacts", "suppressions"] as const) {
    const scope = await newTenant();
    const id = await world.start(file, { policy: { target } }, scope);
    await cancelJob(world.deps, scope, id);
    expect(await getJob(world.deps, scope, id)).toMatchObject({ state: "cancelled", retryable: true });
    await retryJob(world.deps, scope, id);
    expect(await world.work(id, settings, scope)).toMatchObject({
      state: "completed",
      counters: { created: 32, failed: 8 },
    });
    if (target === "suppressions") continue;
    const undo = (await undoJob(world.deps, scope, id)).jobId;
    await cancelJob(world.deps, scope, undo);
    await retryJob(world.deps, scope, undo);
    expect(await world.work(undo, {}, scope)).toMatchObject({ counters: { deleted: 32 } });
  }
});

test("a retry that would change nothing is refused with the reason, and the job says so beforehand", async () => {
  const scope = await newTenant();
  const { id: completed } = await world.import(file, {}, scope);
  expect(await whyNot(scope, completed)).toContain("it is completed");
  const queued = await world.start(file, {}, scope);
  expect(await whyNot(scope, queued)).toContain("it is queued");
  const { id: broken } = await world.import('[{"email":"q@x.co"},{"email":}]', {}, scope);
  expect(await whyNot(scope, broken)).toMatch(/it would end in the same way again \(.+\)/);

  const rehearsal = await world.start(file, { policy: { dryRun: true } }, scope);
  await cancelJob(world.deps, scope, rehearsal);
  expect(await whyNot(scope, rehearsal)).toContain("a dry run keeps nothing");

  const undone = await world.import(file, { policy: { stopAfterFailures: 1 } }, scope);
  const undo = await undoJob(world.deps, scope, undone.id);
  expect(await whyNot(scope, undone.id)).toContain(`it was undone, by job ${undo.jobId}`);

  const other = await newTenant();
  await expect(retryJob(world.deps, other, undone.id)).rejects.toMatchObject({
    refusal: { code: "not_found" },
  });
});

test("a job whose file or whose before-images have expired is not retried", async () => {
  const scope = await newTenant();
  const stopped = async () => (await world.import(file, { policy: { stopAfterFailures: 1 } }, scope)).id;
  const [gone, expired] = [await stopped(), await stopped()];
  const { sql } = world.deps;
  await sql`update jobs set finished_at = now() - interval '9 days' where id = ${gone}`;
  await sql`
    update uploads set created_at = now() - interval '9 days'
    where id = (select upload_id from jobs where id = ${gone})`;
  await removeOldUploads(world.deps, 8);
  expect(await whyNot(scope, gone)).toContain("its file is no longer kept");
  await sql`update jobs set finished_at = now() - interval '40 days' where id = ${expired}`;
  await removeOldBeforeImages(world.deps, 30);
  expect(await whyNot(scope, expired)).toContain("it is too long ago");
});

test("past imports are listed, newest first, with what they came to and what can be done with them", async () => {
  const scope = await newTenant();
  const done = await world.import(file, {}, scope);
  const stopped = await world.import(
    file,
    { policy: { stopAfterFailures: 1, target: "suppressions" } },
    scope,
  );
  const undo = await undoJob(world.deps, scope, done.id);
  const { jobs } = await listJobs(world.deps, scope, { limit: 10, kind: "import" });
  expect(jobs).toMatchObject([
    { id: stopped.id, name: "test", target: "suppressions", undoable: false, retryable: true },
    {
      id: done.id,
      target: "contacts",
      counters: { created: 32, failed: 8 },
      undoable: false,
      undoneBy: undo.jobId,
      retryable: false,
    },
  ]);
});
