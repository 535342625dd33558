import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { upsertContact } from "../src/contacts/contacts.ts";
import { recordEvents } from "../src/events/events.ts";
import { previewImport } from "../src/imports/import-preview.ts";
import { receiveUpload } from "../src/imports/uploads.ts";
import { defaultJobSettings } from "../src/jobs/job-control.ts";
import { runJob } from "../src/jobs/job-run.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
let tenants = 0;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

const target = { policy: { target: "events" } satisfies Partial<ImportPolicy> };
const hour = 3_600_000;
const start = Date.now() - 40 * 24 * hour;

/** A tenant with four people. */
async function people(): Promise<TenantScope> {
  const scope = await world.otherTenant(`events-${++tenants}`);
  for (const n of [0, 1, 2, 3]) await upsertContact(world.deps, scope, { email: `p${n}@x.co` });
  return scope;
}

/** All that events leave behind, by address: without ids, versions and times of our own. */
async function leftBehind({ tenantId }: TenantScope) {
  const { sql } = world.deps;
  const engagement = await sql`
    select c.email, c.status, to_jsonb(e) - array['tenant_id', 'contact_id', 'version', 'activity', 'scored_at'] as e, round(e.activity::numeric, 6) as activity
    from contacts c left join engagement e on e.tenant_id = c.tenant_id and e.contact_id = c.id
    where c.tenant_id = ${tenantId} order by c.email`;
  const sends = await sql`
    select c.email, to_jsonb(s) - array['tenant_id', 'contact_id'] as s
    from campaign_sends s join contacts c on c.tenant_id = s.tenant_id and c.id = s.contact_id
    where s.tenant_id = ${tenantId} order by c.email, s.campaign_id`;
  const events = await sql`
    select c.email, e.type, e.at, e.bounce, e.campaign_id
    from events e join contacts c on c.tenant_id = e.tenant_id and c.id = e.contact_id
    where e.tenant_id = ${tenantId} order by c.email, e.at, e.type, e.bounce, e.campaign_id`;
  const counts = await sql`
    select status, sum(n)::int8 as n from contact_counts where tenant_id = ${tenantId} group by status
    having sum(n) <> 0 order by status`;
  return { engagement: [...engagement], sends: [...sends], events: [...events], counts: [...counts] };
}

const row = fc
  .record({
    id: fc.integer({ min: 0, max: 12 }),
    type: fc.constantFrom("sent", "delivered", "opened", "clicked", "bounced", "read"),
    who: fc.integer({ min: 0, max: 4 }),
    campaignId: fc.constantFrom(null, "c1", "c2"),
  })
  // What an id stands for never changes: the same event, told again.
  .map(({ id, type, who, campaignId }) => ({
    id: `${id}-${type}-${who}-${campaignId}`,
    type,
    email: who === 4 ? "nobody@x.co" : `p${who}@x.co`,
    campaignId,
    at: new Date(start + (id * 7 + who) * hour).toISOString(),
  }));

const ndjson = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

test("a file of events counts each id once, in batches of any size, several at once, interrupted anywhere, as one request would", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(0, 60_000),
      async (rows, batchRows, lanes, sliceMs) => {
        const [scope, other] = [await people(), await people()];
        const settings = { batchSize: { rows: batchRows, bytes: 1e6 }, lanes, sliceMs };
        const job = await world.import(ndjson(rows), { ...target, settings }, scope);
        // In the order of time, as the statuses of soft and hard bounces do not depend on it here.
        const told = await recordEvents(world.deps, other, { events: rows as never });
        expect(job).toMatchObject({
          state: "completed",
          processed: rows.length,
          target: "events",
          counters: { created: told.accepted, duplicate: told.duplicate, failed: told.failed },
        });
        expect(await leftBehind(scope)).toEqual(await leftBehind(other));
        // The same file again.
        const again = await world.import(ndjson(rows), { ...target, settings }, scope);
        expect(again.counters).toMatchObject({ created: 0, duplicate: told.accepted + told.duplicate });
        expect(await leftBehind(scope)).toEqual(await leftBehind(other));
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);

test("two workers that think they have the same import leave what one would", async () => {
  const [scope, calm] = [await people(), await people()];
  const rows = Array.from({ length: 60 }, (_, n) => ({ id: `e${n}`, type: "sent", email: `p${n % 4}@x.co` }));
  const settings = { batchSize: { rows: 4, bytes: 1e6 }, sliceMs: 0 };
  const jobId = await world.start(ndjson(rows), target, scope);
  const never = new AbortController().signal;
  const { tenantId } = scope;
  await Promise.all(
    [1, 2, 3].map(() =>
      runJob(world.deps, { tenantId, jobId }, never, { ...defaultJobSettings, ...settings }),
    ),
  );
  const job = await world.work(jobId, settings, scope);
  expect(job.counters).toMatchObject({ created: 60, duplicate: 0, failed: 0 });
  const calmJob = await world.import(ndjson(rows), target, calm);
  expect(calmJob.counters).toEqual(job.counters);
  const sums = await world.deps.sql`
    select sum(sent)::int as sent, count(*) as people from engagement where tenant_id = ${tenantId}`;
  expect(sums[0]).toEqual({ sent: 60, people: 4 });
});

test("a CSV is read by its columns, a row that fails is reported with its cells, and events without a time are of the upload's", async () => {
  const scope = await people();
  const csv =
    "E-mail,Event,Campaign ID,Bounce type,IP\np0@x.co,Bounce,c1,soft,1.2.3.4\n\np1@x.co,opened,c1,,\nnobody@x.co,opened,,,\np2@x.co,opened,,hard,\n";
  const job = await world.import(csv, target, scope);
  expect(job.counters).toMatchObject({ created: 2, failed: 2 });
  const failures = await world.deps.sql`
    select row, code, field, email, cells from job_failures where job_id = ${job.id} order by row`;
  expect([...failures]).toEqual([
    {
      row: 5,
      code: "contact_unknown",
      field: "email",
      email: "nobody@x.co",
      cells: ["nobody@x.co", "opened", "", "", ""],
    },
    {
      row: 6,
      code: "bounce_invalid",
      field: "bounce",
      email: "p2@x.co",
      cells: ["p2@x.co", "opened", "", "hard", ""],
    },
  ]);
  const [{ at, uploaded }] = (await world.deps.sql`
    select e.at, j.created_at as uploaded from events e join jobs j on j.id = ${job.id}
    where e.tenant_id = ${scope.tenantId} limit 1`) as never as [{ at: Date; uploaded: Date }];
  expect(at).toEqual(uploaded);
});

test("a file without the columns fails as a whole, and options that mean nothing for events are refused", async () => {
  const scope = await people();
  expect(await world.import("email\np0@x.co\n", target, scope)).toMatchObject({
    state: "failed",
    error: { code: "no_type_column" },
  });
  const wrong = { ...target.policy, mapping: { type: "firstName" } };
  expect(await world.import('{"type":"opened"}\n', { policy: wrong }, scope)).toMatchObject({
    state: "failed",
    error: { code: "invalid_mapping" },
  });
  for (const option of [{ tags: ["a"] }, { dryRun: true }, { onExisting: "skip" as const }]) {
    await expect(world.start("x", { policy: { ...target.policy, ...option } }, scope)).rejects.toThrow(
      "means nothing for an import of events",
    );
  }
});

test("a preview shows what the columns are and what each row says, and writes nothing", async () => {
  const scope = await people();
  const body = (async function* () {
    yield Buffer.from("email,event,when,ip\np0@x.co,opened,2026-04-15,1.2.3.4\np1@x.co,clicked,,\n");
  })();
  const { uploadId } = await receiveUpload(world.deps, scope, body, {
    name: null,
    contentType: null,
    limitBytes: null,
  });
  const policy = { ...target.policy, mapping: { when: "at" } };
  const preview = await previewImport(world.deps, scope, {
    uploadId,
    hints: {},
    policy: ImportPolicy.parse(policy),
  });
  expect(preview.columns.map(({ header, field, ignored, by }) => [header, field, ignored, by])).toEqual([
    ["email", "email", false, "header"],
    ["event", "type", false, "header"],
    ["when", "at", false, "caller"],
    ["ip", null, true, "attribute"],
  ]);
  expect(preview.rows).toMatchObject([
    { row: 2, event: null, problem: { code: "time_invalid", field: "at" } },
    { row: 3, event: { contact: { email: "p1@x.co" }, event: { type: "clicked" } }, problem: null },
  ]);
  expect((await leftBehind(scope)).events).toEqual([]);
});
