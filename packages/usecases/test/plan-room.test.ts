import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { bulkWrite } from "@roster/domain/contacts/write-policy.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changeAccountPlan, createAccount } from "../src/accounts/accounts.ts";
import { authenticate } from "../src/accounts/authentication.ts";
import { createKey } from "../src/accounts/keys.ts";
import { changePlan } from "../src/accounts/plans.ts";
import { upsertContacts } from "../src/contacts/contact-upserts.ts";
import { deleteContact, upsertContact } from "../src/contacts/contacts.ts";
import { defaultJobSettings } from "../src/jobs/job-control.ts";
import { retryJob } from "../src/jobs/job-retry.ts";
import { runJob } from "../src/jobs/job-run.ts";
import { cancelJob } from "../src/jobs/jobs.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

const limit = 100;
let world: ImportWorld;
let accounts = 0;
beforeAll(async () => {
  world = await openImportWorld();
  await changePlan(world.deps, "free", { contactLimit: limit });
});
afterAll(() => world?.close());

/** Two tenants of an account of its own under the plan `free`. */
async function smallAccount(): Promise<{ name: string; one: TenantScope; two: TenantScope }> {
  const { deps } = world;
  const { name } = await createAccount(deps, { name: `small-${++accounts}`, plan: "free" });
  const scopeOf = async (tenant: string) => {
    const { key } = await createKey(deps, { account: name, tenant, prefix: "sk", scopes: ["admin"] });
    return authenticate(deps, key);
  };
  return { name, one: await scopeOf("one"), two: await scopeOf("two") };
}

const emails = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `p${from + n}@example.com`);
const file = (from: number, to: number) => `email\n${emails(from, to).join("\n")}\n`;
const upsert = (scope: TenantScope, from: number, to: number) =>
  upsertContacts(world.deps, scope, {
    contacts: emails(from, to).map((email) => ({ email })),
    policy: bulkWrite,
  });
const countOf = async (...scopes: TenantScope[]) => {
  const ids = scopes.map(({ tenantId }) => tenantId);
  return (await world.deps.sql`select from contacts where tenant_id = any(${ids}::uuid[])`).length;
};
const refused = (attempt: Promise<unknown>) =>
  attempt.then(
    () => null,
    (error: unknown) => (error instanceof Refused ? error.refusal.code : error),
  );
const small = { batchSize: { rows: 7, bytes: 1e6 } };

test("of more simultaneous creates than there is room, in two tenants, exactly as many succeed as fit", async () => {
  const { one, two } = await smallAccount();
  await upsert(one, 0, limit - 40);
  const attempts = await Promise.all(
    Array.from({ length: 80 }, (_, n) =>
      refused(upsertContact(world.deps, n % 2 === 0 ? one : two, { email: `new${n}@example.com` })),
    ),
  );
  expect(attempts.filter((code) => code === null)).toHaveLength(40);
  expect(attempts.filter((code) => code === "plan_limit_exceeded")).toHaveLength(40);
  expect(await countOf(one, two)).toBe(limit);
});

test("simultaneous creates of the same contacts fill the plan to its last place, and not beyond", async () => {
  const { one } = await smallAccount();
  await Promise.all(
    emails(0, 2 * limit).map((email, n) =>
      refused(upsertContact(world.deps, one, { email: n % 2 === 0 ? email : `p${n - 1}@example.com` })),
    ),
  );
  expect(await countOf(one)).toBe(limit);
});

test("a full account goes on changing what it has, and a deletion makes room for one", async () => {
  const { one, two } = await smallAccount();
  await upsert(one, 0, limit);
  await upsertContact(world.deps, one, { email: "p0@example.com", firstName: "Still" });
  expect(await refused(upsertContact(world.deps, two, { email: "x@example.com" }))).toBe(
    "plan_limit_exceeded",
  );
  await deleteContact(world.deps, one, { email: "p0@example.com" });
  await upsertContact(world.deps, two, { email: "x@example.com" });
  expect(await refused(upsertContact(world.deps, two, { email: "y@example.com" }))).toBe(
    "plan_limit_exceeded",
  );
});

test("an import that would pass the limit in its last batch writes nothing, not even changes", async () => {
  const { one } = await smallAccount();
  await upsert(one, 0, 50);
  const before = await world.contacts(one);
  const csv = `email,firstName\n${emails(0, limit + 1)
    .map((email) => `${email},Changed`)
    .join("\n")}\n`;
  const job = await world.import(csv, { settings: small }, one);
  expect(job).toMatchObject({
    state: "failed",
    error: { code: "plan_limit_exceeded", message: expect.stringContaining(`${limit} contacts`) },
    counters: { created: 0, updated: 0, failed: 0 },
  });
  expect(await world.contacts(one)).toEqual(before);
  expect(await world.deps.sql`select from contact_overlay`).toHaveLength(0);
});

test("an import that just fits is done, with repeats and failed rows in it", async () => {
  const { one } = await smallAccount();
  await upsert(one, 0, 10);
  const csv = `email\n${[...emails(0, limit), ...emails(40, 60), "nonsense"].join("\n")}\n`;
  const job = await world.import(csv, { settings: small }, one);
  expect(job).toMatchObject({
    state: "completed",
    counters: { created: limit - 10, unchanged: 10, duplicate: 20, failed: 1 },
  });
  expect(await countOf(one)).toBe(limit);
});

test("a file that is broken in the middle is imported up to there where that fits", async () => {
  const { one } = await smallAccount();
  const csv = `email\n${emails(0, 30).join("\n")}\n"${"x".repeat(20)}`;
  const free = await world.import(csv, { settings: small });
  const limited = await world.import(csv, { settings: small }, one);
  expect([limited.state, limited.error, limited.counters]).toEqual([free.state, free.error, free.counters]);
  expect(limited.counters.created).toBe(30);
});

test("an import that stops at so many failures needs room only for what comes before them", async () => {
  const { one } = await smallAccount();
  const rows = [...emails(0, 14), "bad", "worse", ...emails(14, 5 * limit)];
  const job = await world.import(
    `email\n${rows.join("\n")}\n`,
    { settings: small, policy: { stopAfterFailures: 2 } },
    one,
  );
  expect(job).toMatchObject({ state: "failed", error: { code: "too_many_failures" } });
  expect(job.counters).toMatchObject({ failed: 2, created: 19 });
});

test("of two imports at once that do not fit together, one is done whole and the other writes nothing", async () => {
  const { one, two } = await smallAccount();
  const jobs = await Promise.all([
    world.import(file(0, 60), { settings: small }, one),
    world.import(file(0, 60), { settings: small }, two),
  ]);
  expect(jobs.map(({ state }) => state).toSorted()).toEqual(["completed", "failed"]);
  expect([await countOf(one), await countOf(two)].toSorted()).toEqual([0, 60]);
});

test("while an import runs nobody else takes the room that it was promised, and when it is cancelled they may", async () => {
  const { one, two } = await smallAccount();
  const jobId = await world.start(file(0, 90), {}, one);
  const leave = new AbortController();
  // One slice of no time at all, with another job waiting: room is taken, and a batch at most is written.
  await world.start(file(0, 1), {});
  await world.deps.sql`update graphile_worker._private_jobs set run_at = now() - interval '1 minute'`;
  await runJob(world.deps, { tenantId: one.tenantId, jobId }, leave.signal, {
    ...defaultJobSettings,
    ...small,
    sliceMs: 0,
  });
  expect(await countOf(one)).toBe(7);
  expect(await refused(upsert(two, 0, 11))).toBe("plan_limit_exceeded");
  await upsert(two, 0, 10);
  await cancelJob(world.deps, one, jobId);
  expect((await world.work(jobId, {}, one)).state).toBe("cancelled");
  await upsert(two, 10, 93);
  expect(await countOf(one, two)).toBe(limit);
});

test("an import that is asked to leave while it is counted has written nothing, and ends as if nothing had been", async () => {
  const { one } = await smallAccount();
  const jobId = await world.start(file(0, limit), {}, one);
  const settings = { ...defaultJobSettings, ...small };
  const { tenantId } = one;
  for (let n = 0; n < 3; n++) {
    await runJob(world.deps, { tenantId, jobId }, AbortSignal.abort(), settings);
    const [job] = await world.deps.sql`select state, room, rows_done from jobs where id = ${jobId}`;
    expect(job).toEqual({ state: "running", room: null, rowsDone: 0 });
    expect(await countOf(one)).toBe(0);
  }
  expect(await world.work(jobId, small, one)).toMatchObject({
    state: "completed",
    counters: { created: limit },
  });
  expect(await world.deps.sql`select from contact_overlay`).toHaveLength(0);
});

test("after the account got a larger plan, a retry of the refused import is done", async () => {
  const { name, one } = await smallAccount();
  const jobId = (await world.import(file(0, limit + 1), { settings: small }, one)).id;
  expect(await countOf(one)).toBe(0);
  await changeAccountPlan(world.deps, { account: name, plan: "pro" });
  await retryJob(world.deps, one, jobId);
  expect(await world.work(jobId, small, one)).toMatchObject({
    state: "completed",
    counters: { created: limit + 1 },
  });
});

test("a dry run says that the import would not fit", async () => {
  const { one } = await smallAccount();
  const policy = { dryRun: true };
  expect(await world.import(file(0, limit), { policy, settings: small }, one)).toMatchObject({
    state: "completed",
    counters: { created: limit },
  });
  expect(await world.import(file(0, limit + 1), { policy, settings: small }, one)).toMatchObject({
    state: "failed",
    error: { code: "plan_limit_exceeded" },
  });
  expect(await countOf(one)).toBe(0);
});
