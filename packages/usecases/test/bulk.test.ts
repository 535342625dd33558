import type { BulkChange } from "@roster/domain/bulk-change.ts";
import { toHouseId } from "@roster/domain/house-id.ts";
import { totalRows } from "@roster/domain/import-report.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import type { Status } from "@roster/domain/status.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBulkChange } from "../src/bulk.ts";
import { changeContactsNow } from "../src/bulk-now.ts";
import type { BulkSubjects } from "../src/bulk-subjects.ts";
import { deleteContact, listContacts, updateContact, upsertContact } from "../src/contacts.ts";
import { removeOldJobContacts } from "../src/housekeeping.ts";
import type { JobSettings } from "../src/job-control.ts";
import { runJob } from "../src/job-run.ts";
import { cancelJob, getJob, type JobView, listJobFailures } from "../src/jobs.ts";
import { receiveUpload } from "../src/uploads.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
let tenants = 0;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

const people = `email,status,firstName,tags
ann@x.co,active,Ann,vip
bob@x.co,unsubscribed,Bob,vip;old
cem@x.co,bounced,Cem,
dia@y.co,complained,Dia,old
eve@y.co,active,Eve,
`;

async function tenant(file = people): Promise<TenantScope> {
  const scope = await world.otherTenant(`bulk-${++tenants}`);
  await world.import(file, {}, scope);
  return scope;
}

async function change(
  scope: TenantScope,
  subjects: BulkSubjects,
  bulk: BulkChange,
  settings: Partial<JobSettings> = {},
): Promise<JobView> {
  const { jobId } = await startBulkChange(world.deps, scope, { subjects, change: bulk, name: null });
  return world.work(jobId, settings, scope);
}

const all: BulkSubjects = { filter: {} };
const small = { batchSize: { rows: 2, bytes: 1e6 } };

async function idsOf(scope: TenantScope): Promise<Map<string, string>> {
  const { contacts } = await listContacts(world.deps, scope, { limit: 100 });
  return new Map(contacts.map(({ email, id }) => [email.split("@")[0]!, id]));
}

async function column(scope: TenantScope, name: "status" | "tags" | "firstName" | "version") {
  const rows = await world.contacts(scope);
  return Object.fromEntries(rows.map((row) => [String(row.email).split("@")[0], row[name]]));
}

async function failures(scope: TenantScope, jobId: string) {
  const page = await listJobFailures(world.deps, scope, jobId, { limit: 1000 });
  return page.failures;
}

/** The totals by status that are kept, and those that are counted. */
async function totals(scope: TenantScope) {
  const { sql } = world.deps;
  const kept = await sql`
    select status, sum(n)::int8 as n from contact_counts where tenant_id = ${scope.tenantId}
    group by status having sum(n) <> 0 order by status`;
  const counted = await sql`
    select status, count(*) as n from contacts where tenant_id = ${scope.tenantId} group by status order by status`;
  return { kept: [...kept], counted: [...counted] };
}

describe("each change", () => {
  test("subscribe brings back who unsubscribed and reports who bounced or complained", async () => {
    const scope = await tenant();
    const job = await change(scope, all, { action: "subscribe" }, small);
    expect(job).toMatchObject({ kind: "bulk", state: "completed", progress: 100, processed: 5, total: 5 });
    expect(job.counters).toMatchObject({ updated: 1, unchanged: 2, failed: 2 });
    expect(await column(scope, "status")).toMatchObject({ bob: "active", cem: "bounced", dia: "complained" });
    const ids = await idsOf(scope);
    expect(await failures(scope, job.id)).toMatchObject([
      { row: 3, id: ids.get("cem"), email: "cem@x.co", code: "cannot_reactivate", value: "bounced" },
      { row: 4, id: ids.get("dia"), email: "dia@y.co", code: "cannot_reactivate", value: "complained" },
    ]);
    const history = await world.deps.sql`
      select contact_id, from_status, to_status, source_kind, source_id from status_changes
      where tenant_id = ${scope.tenantId}`;
    expect([...history]).toEqual([
      {
        contactId: ids.get("bob"),
        fromStatus: "unsubscribed",
        toStatus: "active",
        sourceKind: "job",
        sourceId: job.id,
      },
    ]);
  });

  test("unsubscribe takes the active off, and writes nothing of the others", async () => {
    const scope = await tenant();
    const job = await change(scope, all, { action: "unsubscribe" }, small);
    expect(job.counters).toMatchObject({ updated: 2, unchanged: 3, failed: 0 });
    expect(await column(scope, "status")).toMatchObject({ ann: "unsubscribed", cem: "bounced" });
    expect(await column(scope, "version")).toEqual({ ann: 2, bob: 1, cem: 1, dia: 1, eve: 2 });
    const { kept, counted } = await totals(scope);
    expect(kept).toEqual(counted);
  });

  test("update merges, and keeps the status of whoever may not be brought back", async () => {
    const scope = await tenant();
    const patch = {
      firstName: null,
      tags: ["june"],
      attributes: { plan: "pro" },
      status: "active" as Status,
    };
    const job = await change(scope, all, { action: "update", patch, resubscribe: false });
    expect(job.counters).toMatchObject({ updated: 5, failed: 0 });
    expect(job.reasons).toEqual({ kept_unsubscribed: 1, kept_bounced: 1, kept_complained: 1 });
    expect(await column(scope, "tags")).toMatchObject({ ann: ["june"], bob: ["june"] });
    expect(await column(scope, "status")).toMatchObject({ bob: "unsubscribed", cem: "bounced" });
  });

  test("update with a consent brings back, and the history keeps the consent", async () => {
    const scope = await tenant();
    const patch = { status: "active" as Status };
    const update: BulkChange = { action: "update", patch, resubscribe: true, consent: "They signed again." };
    await change(scope, all, update);
    expect(await column(scope, "status")).toEqual({
      ann: "active",
      bob: "active",
      cem: "active",
      dia: "complained",
      eve: "active",
    });
    const history = await world.deps.sql`
      select consent from status_changes where tenant_id = ${scope.tenantId}`;
    expect(history.map((row) => row.consent)).toEqual(["They signed again.", "They signed again."]);
  });

  test("tags are added and removed, and who has them so already is left alone", async () => {
    const scope = await tenant();
    const added = await change(scope, all, { action: "add_tags", tags: ["vip", "new"] }, small);
    expect(added.counters).toMatchObject({ updated: 5 });
    expect(await column(scope, "tags")).toMatchObject({ bob: ["vip", "old", "new"], eve: ["vip", "new"] });
    const again = await change(scope, all, { action: "add_tags", tags: ["new"] }, small);
    expect(again.counters).toMatchObject({ updated: 0, unchanged: 5 });
    const removed = await change(scope, all, { action: "remove_tags", tags: ["old"] }, small);
    expect(removed.counters).toMatchObject({ updated: 2, unchanged: 3 });
    expect(await column(scope, "tags")).toMatchObject({ bob: ["vip", "new"], dia: ["vip", "new"] });
  });

  test("delete leaves nothing but the addresses of those who may not be mailed", async () => {
    const scope = await tenant();
    const job = await change(scope, { filter: { search: "x.co" } }, { action: "delete" }, small);
    expect(job.counters).toMatchObject({ deleted: 3, failed: 0 });
    expect(job.undoable).toBe(false);
    expect(await column(scope, "status")).toEqual({ dia: "complained", eve: "active" });
    await world.import("email\nann@x.co\nbob@x.co\n", {}, scope);
    expect(await column(scope, "status")).toMatchObject({ ann: "active", bob: "unsubscribed" });
    const { kept, counted } = await totals(scope);
    expect(kept).toEqual(counted);
  });
});

describe("subjects", () => {
  test("by ids of either form, in their order; unknown ones, strangers' and nonsense fail by row", async () => {
    const scope = await tenant();
    const stranger = await tenant("email\nmine@x.co\n");
    const ids = await idsOf(scope);
    const strange = (await idsOf(stranger)).get("mine")!;
    const ann = ids.get("ann")!;
    const given = [
      toHouseId(ids.get("eve")!),
      strange,
      ann.toUpperCase(),
      "no\0nsense",
      ` ${ann} `,
      "x".repeat(300),
    ];
    const job = await change(scope, { ids: given }, { action: "add_tags", tags: ["t"] }, small);
    expect(job).toMatchObject({ state: "completed", processed: 6, total: 6 });
    expect(job.counters).toMatchObject({ updated: 2, duplicate: 1, failed: 3 });
    expect(await failures(scope, job.id)).toMatchObject([
      { row: 2, id: strange, code: "contact_unknown", field: "id", value: strange, email: null },
      { row: 4, id: "no\uFFFDnsense", code: "contact_unknown" },
      { row: 6, id: "x".repeat(200), code: "contact_unknown" },
    ]);
    expect(await column(scope, "tags")).toEqual({
      ann: ["vip", "t"],
      bob: ["vip", "old"],
      cem: [],
      dia: ["old"],
      eve: ["t"],
    });
    expect(await column(stranger, "tags")).toEqual({ mine: [] });
    const [left] = await world.deps.sql`select count(*) as n from job_contacts where job_id = ${job.id}`;
    expect(left!.n).toBe(0);
  });

  test("given twice to be deleted are deleted once and counted as duplicates", async () => {
    const scope = await tenant();
    const id = (await idsOf(scope)).get("ann")!;
    const job = await change(scope, { ids: [id, toHouseId(id), id] }, { action: "delete" }, small);
    expect(job.counters).toMatchObject({ deleted: 1, duplicate: 2, failed: 0 });
  });

  test("by an uploaded file with an id on each line, which is gone afterwards", async () => {
    const scope = await tenant();
    const ids = await idsOf(scope);
    const text = `\uFEFF${ids.get("ann")}\r\n\r\n  ${toHouseId(ids.get("bob")!)}\nnobody`;
    const body = (async function* () {
      // Cut within a line and within CR LF.
      for (const part of [text.slice(0, 20), text.slice(20, 38), text.slice(38)]) yield Buffer.from(part);
    })();
    const upload = { name: "ids.txt", contentType: null, limitBytes: null };
    const { uploadId } = await receiveUpload(world.deps, scope, body, upload);
    const job = await change(scope, { uploadId }, { action: "add_tags", tags: ["t"] });
    expect(job.counters).toMatchObject({ updated: 2, failed: 1 });
    expect(await failures(scope, job.id)).toMatchObject([{ row: 3, id: "nobody" }]);
    const again = startBulkChange(world.deps, scope, {
      subjects: { uploadId },
      change: { action: "unsubscribe" },
      name: null,
    });
    await expect(again).rejects.toMatchObject({ refusal: { code: "not_found", what: "upload" } });
  });

  test.each([
    [{ status: ["active"] }, ["ann", "eve"]],
    [{ status: ["bounced", "complained"] }, ["cem", "dia"]],
    [{ search: "X.co" }, ["ann", "bob", "cem"]],
    [{ search: "a" }, ["ann"]],
    [{ tags: ["old", "nothing"] }, ["bob", "dia"]],
    [{ source: "nowhere" }, []],
    [{ createdJob: "0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17" }, []],
    [{ status: ["active"], search: "y.co" }, ["eve"]],
  ] as [Extract<BulkSubjects, { filter: unknown }>["filter"], string[]][])(
    "by the filter %j are those to whom all of it applies",
    async (filter, expected) => {
      const scope = await tenant();
      const job = await change(scope, { filter }, { action: "add_tags", tags: ["hit"] }, small);
      expect([job.processed, job.total]).toEqual([expected.length, expected.length]);
      const tags = (await column(scope, "tags")) as Record<string, string[]>;
      expect(Object.keys(tags).filter((name) => tags[name]!.includes("hit"))).toEqual(expected);
    },
  );

  test("by filter leave out whom the caller names, and who came after the start", async () => {
    const scope = await tenant();
    const ids = await idsOf(scope);
    const { jobId } = await startBulkChange(world.deps, scope, {
      subjects: { filter: {}, excludeIds: [ids.get("ann")!, toHouseId(ids.get("dia")!), "nonsense"] },
      change: { action: "add_tags", tags: ["hit"] },
      name: null,
    });
    expect(await getJob(world.deps, scope, jobId)).toMatchObject({ total: 3 });
    await upsertContact(world.deps, scope, { email: "late@x.co" });
    const job = await world.work(jobId, small, scope);
    expect([job.processed, job.total]).toEqual([3, 3]);
    expect(await column(scope, "tags")).toMatchObject({ ann: ["vip"], dia: ["old"], late: [], eve: ["hit"] });
  });

  test("by a filter that finds nobody, also in an empty tenant, end at once", async () => {
    const scope = await tenant("email\n");
    const job = await change(scope, all, { action: "delete" });
    expect(job).toMatchObject({ state: "completed", processed: 0, total: 0, progress: 100 });
  });

  test("by a key that may only read are refused", async () => {
    const scope = await tenant();
    const reader: TenantScope = { ...scope, granted: ["contacts:read"] };
    const started = startBulkChange(world.deps, reader, {
      subjects: all,
      change: { action: "unsubscribe" },
      name: null,
    });
    await expect(started).rejects.toMatchObject({ refusal: { code: "missing_scope" } });
  });
});

const crowd = `email,status\n${Array.from({ length: 40 }, (_, n) => `p${n}@x.co,${n % 3 === 0 ? "unsubscribed" : "active"}`).join("\n")}\n`;

test("a job that stops after every batch and is taken up again equals one that ran through", async () => {
  const bulk: BulkChange = { action: "unsubscribe" };
  const outcomes = [];
  for (const settings of [{}, { ...small, sliceMs: 0 }, { batchSize: { rows: 7, bytes: 1e6 }, sliceMs: 0 }]) {
    for (const by of ["filter", "ids"]) {
      const scope = await tenant(crowd);
      const ids = [...(await idsOf(scope)).values()];
      const subjects = by === "filter" ? all : { ids: [...ids, "nobody", ids[0]!] };
      const { counters, processed, reasons } = await change(scope, subjects, bulk, settings);
      expect(processed).toBe(totalRows({ counters, reasons, duplicateChanged: 0 }));
      outcomes.push([by, counters, await world.contacts(scope), (await totals(scope)).kept]);
    }
  }
  for (const [i, outcome] of outcomes.entries()) expect(outcome).toEqual(outcomes[i % 2]);
});

test("a cancelled job stops within a batch, keeps what it has written, and says so", async () => {
  const scope = await tenant(crowd);
  const { jobId } = await startBulkChange(world.deps, scope, {
    subjects: all,
    change: { action: "add_tags", tags: ["t"] },
    name: null,
  });
  // The last statement of a batch waits for this row: so the job is cancelled while its first batch is written.
  const held = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const holding = world.deps.sql.begin(async (tx) => {
    await tx`select from contacts where tenant_id = ${scope.tenantId} order by id limit 1 for update`;
    locked.resolve();
    await held.promise;
  });
  await locked.promise;
  const working = world.work(jobId, { batchSize: { rows: 5, bytes: 1e6 } }, scope);
  await expect.poll(async () => (await getJob(world.deps, scope, jobId)).state).toBe("running");
  await cancelJob(world.deps, scope, jobId);
  held.resolve();
  await holding;
  const job = await working;
  expect(job).toMatchObject({ state: "cancelled", processed: 5, total: 40, counters: { updated: 5 } });
  const tags = Object.values((await column(scope, "tags")) as Record<string, string[]>);
  expect(tags.filter((list) => list.includes("t"))).toHaveLength(5);
});

describe("what others do meanwhile", () => {
  /** Lets `act` happen after the job has read its contacts and before it locks them. */
  async function between(
    scope: TenantScope,
    subjects: BulkSubjects,
    bulk: BulkChange,
    act: () => Promise<unknown>,
  ) {
    const { jobId } = await startBulkChange(world.deps, scope, { subjects, change: bulk, name: null });
    const sql = world.deps.sql;
    let acted = false;
    // The first transaction is the one that writes: `begin` is called when the contacts have been read.
    const deps = {
      ...world.deps,
      sql: new Proxy(sql, {
        get(target, key) {
          if (key !== "begin" || acted) return Reflect.get(target, key);
          return async (write: Parameters<typeof sql.begin>[1]) => {
            acted = true;
            await act();
            return target.begin(write as never);
          };
        },
      }),
    };
    await runJob(deps, { tenantId: scope.tenantId, jobId }, new AbortController().signal);
    expect(acted).toBe(true);
    return getJob(world.deps, scope, jobId);
  }

  test("an unsubscribe between reading and writing is not lost", async () => {
    const scope = await tenant();
    const ann = (await idsOf(scope)).get("ann")!;
    const job = await between(scope, all, { action: "add_tags", tags: ["t"] }, () =>
      updateContact(world.deps, scope, ann, { status: "unsubscribed" }),
    );
    expect(job.counters).toMatchObject({ updated: 5 });
    expect(await column(scope, "status")).toMatchObject({ ann: "unsubscribed" });
    expect(await column(scope, "tags")).toMatchObject({ ann: ["vip", "t"] });
  });

  test("a contact that stops matching the filter is neither changed nor deleted", async () => {
    const scope = await tenant();
    const bob = (await idsOf(scope)).get("bob")!;
    const filter = { status: ["unsubscribed" as Status, "bounced" as Status] };
    const job = await between(scope, { filter }, { action: "delete" }, () =>
      updateContact(world.deps, scope, bob, { status: "active" }),
    );
    expect(job).toMatchObject({ processed: 1, total: 1, counters: { deleted: 1 } });
    expect(await column(scope, "status")).toMatchObject({ bob: "active" });
  });

  test("a listed contact that somebody deletes fails as unknown", async () => {
    const scope = await tenant();
    const ids = await idsOf(scope);
    const subjects = { ids: [ids.get("ann")!, ids.get("eve")!] };
    const job = await between(scope, subjects, { action: "delete" }, () =>
      deleteContact(world.deps, scope, ids.get("ann")!),
    );
    expect(job.counters).toMatchObject({ deleted: 1, failed: 1 });
  });
});

test("the lists of stopped jobs are kept for a while, those of completed ones are not", async () => {
  const scope = await tenant();
  const { deps } = world;
  const { jobId } = await startBulkChange(deps, scope, {
    subjects: { ids: ["nobody"] },
    change: { action: "unsubscribe" },
    name: null,
  });
  await cancelJob(deps, scope, jobId);
  await removeOldJobContacts(deps, 7);
  const kept = () => deps.sql`select n from job_contacts where job_id = ${jobId}`;
  expect(await kept()).toHaveLength(1);
  await deps.sql`update jobs set finished_at = now() - interval '8 days' where id = ${jobId}`;
  await removeOldJobContacts(deps, 7);
  expect(await kept()).toHaveLength(0);
});

test("up to a thousand contacts are changed inside the request, all or none, with a reason for each that failed", async () => {
  const scope = await tenant();
  const ids = await idsOf(scope);
  const given = [ids.get("bob")!, toHouseId(ids.get("cem")!), "nobody", ids.get("bob")!];
  const { report, failures } = await changeContactsNow(world.deps, scope, {
    ids: given,
    change: { action: "subscribe" },
  });
  expect(report.counters).toMatchObject({ updated: 1, duplicate: 1, failed: 2 });
  expect(failures).toMatchObject([
    { row: 1, id: given[1], email: "cem@x.co", problem: { code: "cannot_reactivate" } },
    { row: 2, id: "nobody", email: null, problem: { code: "contact_unknown" } },
  ]);
  expect(await column(scope, "status")).toMatchObject({ bob: "active", cem: "bounced" });
  const { kept, counted } = await totals(scope);
  expect(kept).toEqual(counted);
  const many = Array.from({ length: 1001 }, () => "x");
  await expect(
    changeContactsNow(world.deps, scope, { ids: many, change: { action: "delete" } }),
  ).rejects.toMatchObject({ refusal: { code: "too_many_items", limit: 1000 } });
});
