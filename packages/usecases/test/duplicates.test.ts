import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { deleteContact, upsertContact } from "../src/contacts/contacts.ts";
import { listDuplicates, startDuplicateSearch } from "../src/duplicates/duplicates.ts";
import { defaultJobSettings } from "../src/jobs/job-control.ts";
import { retryJob } from "../src/jobs/job-retry.ts";
import { runJob } from "../src/jobs/job-run.ts";
import { cancelJob } from "../src/jobs/jobs.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
let scope: TenantScope;
let tenants = 0;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());
beforeEach(async () => {
  scope = await world.otherTenant(`d${++tenants}`);
});

const file = `email,phone
ann.b@gmail.com,+49 30 123456
annb+news@googlemail.com,0049 (0)30 12 34 56
a.n.n.b@gmail.com,
bob@gmail.com,030 123456
cara@x.co,+4930123456
cara+1@x.co,0000000
dan@outlook.com,0171 2345678
dan+shop@outlook.com,0171/2345678
eve@y.co,ask
`;

/** What a search found, as `evidence key: emails`. */
async function groups(): Promise<string[]> {
  const { groups } = await listDuplicates(world.deps, scope, { limit: 100 });
  return groups.map(({ evidence, key, size, contacts }) => {
    expect(size).toBe(contacts.length);
    return `${evidence} ${key}: ${contacts.map(({ email }) => email).join(" ")}`;
  });
}

const expected = [
  "email annb@gmail.com: ann.b@gmail.com annb+news@googlemail.com a.n.n.b@gmail.com",
  "email dan@outlook.com: dan@outlook.com dan+shop@outlook.com",
  "phone +4930123456: ann.b@gmail.com annb+news@googlemail.com cara@x.co",
  "phone 01712345678: dan@outlook.com dan+shop@outlook.com",
];

test("who has one mailbox or one number is found, with what they share, and nobody else", async () => {
  await world.import(file, {}, scope);
  expect((await listDuplicates(world.deps, scope, { limit: 10 })).run).toBeNull();
  const { jobId, status } = await startDuplicateSearch(world.deps, scope);
  expect(status).toBe("queued");
  expect(await startDuplicateSearch(world.deps, scope)).toEqual({ jobId, status: "queued" });
  const job = await world.work(jobId, {}, scope);
  expect([job.state, job.processed, job.counters.unchanged]).toEqual(["completed", 9, 9]);
  expect(await groups()).toEqual(expected);
  const { run, runningJobId } = await listDuplicates(world.deps, scope, { limit: 10 });
  expect(run).toEqual({ id: jobId, finishedAt: expect.any(Date), contacts: 9, groups: 4 });
  expect(runningJobId).toBeNull();
  const [kept] = await world.deps.sql`select count(*)::int as n from duplicate_keys where run_id = ${jobId}`;
  expect(kept!.n).toBe(10);
});

test.each([1, 2, 3])(
  "in batches of %i and slices of one batch each the outcome is the same",
  async (rows) => {
    await world.import(file, {}, scope);
    const { jobId } = await startDuplicateSearch(world.deps, scope);
    const settings = { ...defaultJobSettings, batchSize: { rows: rows / 4, bytes: 1e6 } };
    let slices = 0;
    for (;;) {
      await runJob(world.deps, { tenantId: scope.tenantId, jobId }, AbortSignal.abort(), settings);
      const [job] = await world.deps.sql`select finished_at from jobs where id = ${jobId}`;
      if (job!.finishedAt !== null) break;
      expect(++slices).toBeLessThan(40);
    }
    expect(slices).toBeGreaterThan(3);
    expect(await groups()).toEqual(expected);
    expect((await listDuplicates(world.deps, scope, { limit: 1 })).run).toMatchObject({
      contacts: 9,
      groups: 4,
    });
  },
);

test("page by page each group comes once; a cursor of a former search is refused", async () => {
  await world.import(file, {}, scope);
  await world.work((await startDuplicateSearch(world.deps, scope)).jobId, {}, scope);
  const keys: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listDuplicates(world.deps, scope, { limit: 1, cursor });
    keys.push(...page.groups.map(({ evidence, key }) => `${evidence} ${key}`));
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  expect(keys).toEqual(expected.map((line) => line.split(": ")[0]));

  const phones = await listDuplicates(world.deps, scope, { limit: 1, evidence: "phone" });
  expect([phones.groups[0]!.key, phones.hasMore]).toEqual(["+4930123456", true]);
  const rest = await listDuplicates(world.deps, scope, {
    limit: 1,
    evidence: "phone",
    cursor: phones.cursor!,
  });
  expect([rest.groups[0]!.key, rest.hasMore]).toEqual(["01712345678", false]);

  await world.work((await startDuplicateSearch(world.deps, scope)).jobId, {}, scope);
  await expect(listDuplicates(world.deps, scope, { limit: 1, cursor: phones.cursor! })).rejects.toMatchObject(
    { refusal: { code: "invalid", issues: [{ field: "cursor" }] } },
  );
  const [runs] = await world.deps.sql`
    select count(distinct run_id)::int as n from duplicate_keys where tenant_id = ${scope.tenantId}`;
  expect(runs!.n).toBe(1);
});

test("who is deleted is in no group any more, and leaves no key; a group of one is none", async () => {
  await world.import(file, {}, scope);
  await world.work((await startDuplicateSearch(world.deps, scope)).jobId, {}, scope);
  await deleteContact(world.deps, scope, { email: "dan@outlook.com" });
  expect(await groups()).toEqual([expected[0], expected[2]]);
  await deleteContact(world.deps, scope, { email: "cara@x.co" });
  await deleteContact(world.deps, scope, { email: "annb+news@googlemail.com" });
  await deleteContact(world.deps, scope, { email: "ann.b@gmail.com" });
  expect(await groups()).toEqual([]);
  const left = await world.deps.sql`select from duplicate_keys where tenant_id = ${scope.tenantId}`;
  expect(left).toHaveLength(0);
});

test("who is deleted while a search runs leaves no key either, not even with the one who shared it", async () => {
  await world.import(file, {}, scope);
  const { jobId } = await startDuplicateSearch(world.deps, scope);
  const settings = { ...defaultJobSettings, batchSize: { rows: 1, bytes: 1e6 } };
  const batch = () => runJob(world.deps, { tenantId: scope.tenantId, jobId }, AbortSignal.abort(), settings);
  const place = async () => {
    const [job] = await world.deps.sql`select checkpoint from jobs where id = ${jobId}`;
    return job!.checkpoint;
  };
  do await batch();
  while ((await place()).behind?.evidence !== "phone");
  await deleteContact(world.deps, scope, { email: "dan@outlook.com" });
  const job = await world.work(jobId, {}, scope);
  expect(job.state).toBe("completed");
  expect(await place()).toBeNull();
  expect(await groups()).toEqual([expected[0], expected[2]]);
  expect((await listDuplicates(world.deps, scope, { limit: 1 })).run).toMatchObject({ groups: 2 });
  const left = await world.deps.sql`
    select from duplicate_keys where tenant_id = ${scope.tenantId} and key like 'dan@%'`;
  expect(left).toHaveLength(0);
});

test("a search that is cancelled leaves nothing behind, is not taken up again, and the former one stays", async () => {
  await world.import(file, {}, scope);
  const first = await startDuplicateSearch(world.deps, scope);
  await world.work(first.jobId, {}, scope);
  await upsertContact(world.deps, scope, { email: "new@x.co", phone: "+49 171 9999999" });
  const { jobId } = await startDuplicateSearch(world.deps, scope);
  const settings = { ...defaultJobSettings, batchSize: { rows: 1, bytes: 1e6 } };
  await runJob(world.deps, { tenantId: scope.tenantId, jobId }, AbortSignal.abort(), settings);
  await cancelJob(world.deps, scope, jobId);
  expect((await world.work(jobId, {}, scope)).state).toBe("cancelled");
  const rows = await world.deps.sql`select from duplicate_keys where run_id = ${jobId}`;
  expect(rows).toHaveLength(0);
  await expect(retryJob(world.deps, scope, jobId, {})).rejects.toMatchObject({
    refusal: { code: "job_not_retryable" },
  });
  expect((await listDuplicates(world.deps, scope, { limit: 1 })).run?.id).toBe(first.jobId);
});

test("a tenant without contacts has a search that finds nothing", async () => {
  await world.work((await startDuplicateSearch(world.deps, scope)).jobId, {}, scope);
  const page = await listDuplicates(world.deps, scope, { limit: 10 });
  expect([page.groups, page.run]).toEqual([[], expect.objectContaining({ contacts: 0, groups: 0 })]);
});
