import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { SegmentFilter, SegmentRule } from "@roster/domain/segments/segment-filter.ts";
import { migrate } from "@roster/store/migrate.ts";
import { openStore } from "@roster/store/open.ts";
import { createDatabase } from "@roster/store/server/test-server.ts";
import { startTestServer, type TestServer } from "@roster/store/testing.ts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { authenticate } from "../src/accounts/authentication.ts";
import { answerOnce } from "../src/accounts/idempotency.ts";
import { createKey } from "../src/accounts/keys.ts";
import { startBulkChange } from "../src/bulk/bulk.ts";
import { listContactsSince } from "../src/contacts/contact-changes.ts";
import { listContacts } from "../src/contacts/contact-list.ts";
import { deleteContact, getContact, upsertContact } from "../src/contacts/contacts.ts";
import { addUpCoverage } from "../src/contacts/coverage.ts";
import type { Deps } from "../src/deps.ts";
import { startDuplicateSearch } from "../src/duplicates/duplicates.ts";
import { mergeContacts } from "../src/duplicates/merges.ts";
import { createEventSource } from "../src/events/event-sources.ts";
import { recordEvents } from "../src/events/events.ts";
import { startHealthRun } from "../src/health/list-health.ts";
import { eraseAddress } from "../src/history/erasures.ts";
import { defaultJobSettings } from "../src/jobs/job-control.ts";
import { runJob } from "../src/jobs/job-run.ts";
import { addToList } from "../src/lists/list-members.ts";
import { createList } from "../src/lists/lists.ts";
import { createScoringRule } from "../src/scores/scoring-rules.ts";
import { fillSearchIndex } from "../src/search/search-index.ts";
import { createSegment } from "../src/segments/segments.ts";
import { testWebhook } from "../src/webhooks/webhook-log.ts";
import { type ImportWorld, importWorldAt, openImportWorld } from "./import-world.ts";
import { backupOf, contentsOf, newPlace, restoreTo } from "./restored-world.ts";
import { endpoint } from "./webhook-world.ts";

let world: ImportWorld;
/** Another cluster, which has seen fewer transactions. */
let server: TestServer;
beforeAll(async () => {
  world = await openImportWorld();
  server = await startTestServer();
  await migrate(server.url);
});
afterAll(async () => {
  await world?.close();
  await server?.stop();
});

const tables =
  "accounts campaign_sends contact_before contact_counts contact_coverage contact_coverage_changes contact_coverage_states contact_merges contact_overlay contact_tombstones contacts duplicate_keys duplicate_runs engagement erasures event_ids event_sources events health_findings health_runs idempotency_keys import_batches import_transactions installation job_contacts job_ends job_failures jobs keys list_counts list_members list_removals lists merged_contacts plans search_contacts search_indexes search_postings segment_uses segments status_changes suppression_overlay suppressions tenants upload_chunks uploads webhook_deliveries webhooks".split(
    " ",
  );

const otherCluster = () => newPlace(() => createDatabase(server.url, "roster"));
const odd = 'Tab\t, line\nbreak, back\\slash, \\N, "quote", é, 😀';
const small = { ...defaultJobSettings, lanes: 1, batchSize: { rows: 2, bytes: 1e6 } };
const people = (n: number) =>
  `email,firstName\n${Array.from({ length: n }, (_, i) => `p${i}@x.co,P${i}\n`).join("")}`;

/** Works on a job for one batch, as a worker that is asked to leave. */
async function firstBatch(deps: Deps, { tenantId }: TenantScope, jobId: string): Promise<string> {
  await runJob(deps, { tenantId, jobId }, AbortSignal.abort(), small);
  return jobId;
}

/** Puts something into every table, and leaves an import and a bulk change half done. */
async function fill(scope: TenantScope): Promise<{ importId: string; bulkId: string }> {
  const { deps } = world;
  const file = "email,firstName,status\nann@x.co,Ann,active\nbob@x.co,Bob,unsubscribed\nno-email,,\n";
  await world.import(file, {}, scope);
  await world.import("email,firstName\nann@x.co,Anna\n", {}, scope);
  await upsertContact(deps, scope, { email: "odd@x.co", name: odd, attributes: { a: [odd, null, 1.5] } });
  await upsertContact(deps, scope, { email: "odd@x.co", status: "bounced", tags: [odd.slice(0, 20)] });
  await deleteContact(deps, scope, { email: "bob@x.co" });
  const answer = { status: 201, headers: { a: "b" }, body: Buffer.from([0, 10, 92, 255]) };
  await answerOnce(deps, scope, { key: "once", request: Buffer.alloc(32, 7) }, async () => answer);
  for (const target of ["contacts", "suppressions"] as const) {
    const dryRun = { policy: { dryRun: true, target } };
    await firstBatch(deps, scope, await world.start("email\nd1@x.co\nd2@x.co\nd3@x.co\n", dryRun, scope));
  }
  const contacts = await deps.sql<{ id: string }[]>`
    select id from contacts where tenant_id = ${scope.tenantId} order by email`;
  const at = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const event = { contactId: contacts[0]!.id, campaignId: odd.slice(0, 20), campaignName: odd };
  await recordEvents(deps, scope, {
    events: [
      { ...event, id: "evt-1", type: "opened", at: at(80) },
      { ...event, type: "bounced", bounce: "soft", at: at(0) },
    ],
  });
  await deps.sql`update engagement set score = 50 where tenant_id = ${scope.tenantId}`;
  await upsertContact(deps, scope, { email: "info@gmal.com" });
  const { jobId: healthId } = await startHealthRun(deps, scope);
  await world.work(healthId, {}, scope);
  await addUpCoverage(deps);
  const list = await createList(deps, scope, { name: odd });
  await addToList(deps, scope, list.id, { emails: ["ann@x.co", "odd@x.co"] });
  const { jobId } = await startBulkChange(deps, scope, {
    subjects: { ids: [contacts[0]!.id] },
    change: { action: "update", patch: {}, removeFromLists: [list.id], resubscribe: false },
    name: null,
  });
  await world.work(jobId, {}, scope);
  const phone = "+49 30 123456";
  for (const email of ["twin@x.co", "twin@y.co"]) await upsertContact(deps, scope, { email, phone });
  await world.work((await startDuplicateSearch(deps, scope)).jobId, {}, scope);
  const [keep, merge] = await Promise.all(
    ["one@x.co", "two@x.co"].map(async (email) => (await upsertContact(deps, scope, { email })).contact.id),
  );
  await mergeContacts(deps, scope, { keep: keep!, merge: [merge!] });
  await createEventSource(deps, scope, { name: odd, provider: "postmark", settings: { basicAuth: true } });
  await createScoringRule(deps, scope, {
    name: odd.replace("\n", ""),
    eventType: "opened",
    description: odd,
    condition: { "metadata.plan": { equals: odd } },
    scoreDelta: -5,
    isActive: false,
    priority: -1,
  });
  const asked = (rule: SegmentRule): SegmentFilter => ({ operator: "AND", rules: [rule] });
  const named = asked({ field: "name", operator: "contains", value: odd });
  const { id } = await createSegment(deps, scope, { name: odd.replace("\n", ""), filter: named });
  const inIt = asked({ field: "segment", operator: "in", value: [id] });
  await createSegment(deps, scope, { name: "uses the other", filter: inIt });
  await testWebhook(deps, scope, (await endpoint(deps, scope)).id);
  await eraseAddress(deps, scope, "gone@x.co");
  const importId = await firstBatch(deps, scope, await world.start(people(9), {}, scope));
  const bulk = await startBulkChange(deps, scope, {
    subjects: { ids: contacts.map(({ id }) => id) },
    change: { action: "add_tags", tags: ["kept"] },
    name: null,
  });
  return { importId, bulkId: bulk.jobId };
}

test("a backup restored in another cluster holds every row of every table, and the system goes on from there", async () => {
  const { deps } = world;
  const scope = await world.otherTenant("everything");
  const { key } = await createKey(deps, {
    tenant: "everything",
    prefix: "mc_live",
    scopes: ["contacts"],
  });
  const { importId, bulkId } = await fill(scope);
  await fillSearchIndex(deps, scope.tenantId, undefined, { backlog: 0, segment: 64 });
  const before = await contentsOf(deps.sql);
  // A table without a row proves nothing.
  const filled = Object.keys(before).filter((table) => before[table]!.length > 0);
  expect(filled).toEqual(expect.arrayContaining(tables));

  const place = await otherCluster();
  const { openJobs, totals } = await restoreTo(place, await backupOf(world));
  const sql = openStore(place.databaseUrl, { max: 1 });
  expect(await contentsOf(sql)).toEqual(before);
  for (const [table, rows] of Object.entries(before)) expect(totals.tables[table]!.rows).toBe(rows.length);
  const queue = await sql<{ key: string }[]>`select key from graphile_worker.jobs where key is not null`;
  expect(queue).toHaveLength(openJobs);
  expect(queue.map((job) => job.key)).toEqual(expect.arrayContaining([importId, bulkId]));
  await sql.end();
  const keyFile = "suppression-key";
  expect(readFileSync(join(place.dataDir, keyFile))).toEqual(readFileSync(join(world.dataDir, keyFile)));

  const restored = await importWorldAt(place, place.drop);
  try {
    const caller = await authenticate(restored.deps, key);
    expect(caller.tenantId).toBe(scope.tenantId);
    for (const jobId of [importId, bulkId]) {
      const { state, counters } = await restored.work(jobId, {}, caller);
      expect({ state, counters }).toEqual({
        state: "completed",
        counters: (await world.work(jobId, {}, scope)).counters,
      });
    }
    expect(await restored.contacts(caller)).toEqual(await world.contacts(scope));
    const again = { email: "bob@x.co" };
    const { contact } = await upsertContact(restored.deps, caller, again, { onExisting: "refuse" });
    expect(contact.status).toBe("unsubscribed");
    const [last] = await deps.sql<{ number: number }[]>`select max(number) as number from contacts`;
    expect(contact.number).toBeGreaterThan(last!.number);
    expect((await getContact(restored.deps, caller, { email: "odd@x.co" })).name).toBe(odd);
  } finally {
    await restored.close();
  }
});

test("after a restore everybody is found, and an unchanged file changes nothing but what somebody changed by hand", async () => {
  const scope = await world.otherTenant("again");
  await world.import(people(300), {}, scope);
  await world.deps.sql`
    update contacts set first_name = 'by hand' where tenant_id = ${scope.tenantId} and email = 'p7@x.co'`;
  const place = await otherCluster();
  await restoreTo(place, await backupOf(world));
  const restored = await importWorldAt(place, place.drop);
  try {
    const [marked] = await restored.deps.sql`select count(row_mark)::int as n from contacts`;
    expect(marked!.n).toBe(0);
    // An index that begins now has everybody, also from before the restore.
    await fillSearchIndex(restored.deps, scope.tenantId, undefined, { backlog: 0, segment: 64 });
    const found = await listContacts(restored.deps, scope, { search: "p299@", limit: 5 });
    expect(found.contacts.map(({ email }) => email)).toEqual(["p299@x.co"]);
    const first = await restored.import(people(300), {}, scope);
    expect(first.counters).toMatchObject({ unchanged: 299, updated: 1 });
    const second = await restored.import(people(300), {}, scope);
    expect(second.counters).toMatchObject({ unchanged: 300 });
  } finally {
    await restored.close();
  }
});

/** What a caller knows who walks on with the last cursor until nothing comes any more. */
async function follow(
  deps: Deps,
  scope: TenantScope,
  { known, cursor }: { known: Map<string, string | null>; cursor: string | null },
): Promise<{ known: Map<string, string | null>; cursor: string }> {
  const now = new Map(known);
  for (;;) {
    const page = await listContactsSince(deps, scope, { since: null, cursor, limit: 7, offset: 0 });
    for (const contact of page.contacts) now.set(contact.email, contact.firstName);
    cursor = page.cursor;
    if (page.contacts.length === 0) return { known: now, cursor };
  }
}

test("whoever follows the changes converges to the restored data, with a cursor from before or after the backup", async () => {
  const scope = await world.otherTenant("feed");
  // So many transactions that the other cluster's numbers stay far below for the whole test.
  await world.deps.sql.unsafe(
    "do $$ begin for i in 1..3000 loop perform pg_current_xact_id(); commit; end loop; end $$",
  );
  await world.import(people(20), {}, scope);
  const early = await follow(world.deps, scope, { known: new Map(), cursor: null });
  await upsertContact(world.deps, scope, { email: "p3@x.co", firstName: "in the backup" });
  const backup = await backupOf(world);
  await upsertContact(world.deps, scope, { email: "p4@x.co", firstName: "lost" });
  // Whatever else runs on the same server may hold up what the feed tells.
  const late = await vi.waitUntil(async () => {
    const now = await follow(world.deps, scope, early);
    return now.known.get("p4@x.co") === "lost" && now;
  }, 20_000);
  const onTheWay = await listContactsSince(world.deps, scope, {
    since: null,
    cursor: null,
    limit: 7,
    offset: 0,
  });

  for (const { databaseUrl, dataDir, drop } of [await otherCluster(), await otherCluster()]) {
    await restoreTo({ databaseUrl, dataDir }, backup);
    const restored = await importWorldAt({ databaseUrl, dataDir }, drop);
    try {
      const [sides] = await restored.deps.sql`
        select max(feed_xid) > pg_current_xact_id() as older from contacts`;
      expect(sides!.older).toBe(true);
      await upsertContact(restored.deps, scope, { email: "p5@x.co", firstName: "since then" });
      const truth = new Map(
        (await restored.contacts(scope)).map((c) => [c.email as string, c.firstName as string]),
      );
      const callers = [early, late, { known: late.known, cursor: onTheWay.cursor }];
      for (const caller of callers) {
        const met = await follow(restored.deps, scope, caller);
        expect(met.known).toEqual(truth);
        await upsertContact(restored.deps, scope, { email: "p6@x.co", firstName: met.cursor.slice(-12) });
        const next = await follow(restored.deps, scope, met);
        truth.set("p6@x.co", met.cursor.slice(-12));
        expect(next.known).toEqual(truth);
      }
    } finally {
      await restored.close();
    }
  }
});

test("a backup that is taken while an import runs is of one moment, and the import goes on from there after the restore", async () => {
  const scope = await world.otherTenant("running");
  const jobId = await firstBatch(world.deps, scope, await world.start(people(100), {}, scope));
  const backups: Buffer[] = [];
  for (let round = 0; round < 3; round++) {
    const working = (async () => {
      for (let batch = 0; batch < 4; batch++) await firstBatch(world.deps, scope, jobId);
    })();
    backups.push(await backupOf(world));
    await working;
  }
  await world.work(jobId, small, scope);
  const before = await world.contacts(scope);
  expect(before).toHaveLength(100);
  for (const backup of backups) {
    const place = await newPlace();
    await restoreTo(place, backup);
    const restored = await importWorldAt(place, place.drop);
    try {
      const [sums] = await restored.deps.sql<Record<string, number>[]>`
        select (select count(*) from contacts where tenant_id = ${scope.tenantId}) as contacts,
          (select sum(n)::int8 from contact_counts where tenant_id = ${scope.tenantId}) as counted,
          (select sum(rows)::int8 from import_batches where job_id = ${jobId}) as ledger,
          (select created from jobs where id = ${jobId}) as created`;
      const { contacts, ...others } = sums!;
      expect(others).toEqual({ counted: contacts, ledger: contacts, created: contacts });
      expect(contacts).toBeGreaterThan(0);
      expect(contacts).toBeLessThan(100);
      const job = await restored.work(jobId, small, scope);
      expect(job).toMatchObject({ state: "completed", processed: 100, counters: { created: 100 } });
      expect(await restored.contacts(scope)).toEqual(before);
    } finally {
      await restored.close();
    }
  }
});
