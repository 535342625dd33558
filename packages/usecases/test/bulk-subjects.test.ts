import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBulkChange } from "../src/bulk/bulk.ts";
import type { BulkSubjects } from "../src/bulk/bulk-subjects.ts";
import { upsertContact } from "../src/contacts/contacts.ts";
import { removeOldJobContacts } from "../src/housekeeping.ts";
import { receiveUpload } from "../src/imports/uploads.ts";
import { cancelJob, getJob } from "../src/jobs/jobs.ts";
import { all, type BulkWorld, openBulkWorld, small } from "./bulk-world.ts";

let world: BulkWorld;
beforeAll(async () => {
  world = await openBulkWorld();
});
afterAll(() => world?.close());

describe("subjects", () => {
  test("by ids of either form, in their order; unknown ones, strangers' and nonsense fail by row", async () => {
    const scope = await world.tenant();
    const stranger = await world.tenant("email\nmine@x.co\n");
    const ids = await world.ids(scope);
    const strange = (await world.ids(stranger)).get("mine")!;
    const ann = ids.get("ann")!;
    const given = [
      toHouseId(ids.get("eve")!),
      strange,
      ann.toUpperCase(),
      "no\0nsense",
      ` ${ann} `,
      "x".repeat(300),
    ];
    const job = await world.change(scope, { ids: given }, { action: "add_tags", tags: ["t"] }, small);
    expect(job).toMatchObject({ state: "completed", processed: 6, total: 6 });
    expect(job.counters).toMatchObject({ updated: 2, duplicate: 1, failed: 3 });
    expect(await world.failed(scope, job.id)).toMatchObject([
      { row: 2, id: strange, code: "contact_unknown", field: "id", value: strange, email: null },
      { row: 4, id: "no\uFFFDnsense", code: "contact_unknown" },
      { row: 6, id: "x".repeat(200), code: "contact_unknown" },
    ]);
    expect(await world.column(scope, "tags")).toEqual({
      ann: ["vip", "t"],
      bob: ["vip", "old"],
      cem: [],
      dia: ["old"],
      eve: ["t"],
    });
    expect(await world.column(stranger, "tags")).toEqual({ mine: [] });
    const [left] = await world.deps.sql`select count(*) as n from job_contacts where job_id = ${job.id}`;
    expect(left!.n).toBe(0);
  });

  test("given twice to be deleted are deleted once and counted as duplicates", async () => {
    const scope = await world.tenant();
    const id = (await world.ids(scope)).get("ann")!;
    const job = await world.change(scope, { ids: [id, toHouseId(id), id] }, { action: "delete" }, small);
    expect(job.counters).toMatchObject({ deleted: 1, duplicate: 2, failed: 0 });
  });

  test("by an uploaded file with an id on each line, which is gone afterwards", async () => {
    const scope = await world.tenant();
    const ids = await world.ids(scope);
    const text = `\uFEFF${ids.get("ann")}\r\n\r\n  ${toHouseId(ids.get("bob")!)}\nnobody`;
    const body = (async function* () {
      // Cut within a line and within CR LF.
      for (const part of [text.slice(0, 20), text.slice(20, 38), text.slice(38)]) yield Buffer.from(part);
    })();
    const upload = { name: "ids.txt", contentType: null, limitBytes: null };
    const { uploadId } = await receiveUpload(world.deps, scope, body, upload);
    const job = await world.change(scope, { uploadId }, { action: "add_tags", tags: ["t"] });
    expect(job.counters).toMatchObject({ updated: 2, failed: 1 });
    expect(await world.failed(scope, job.id)).toMatchObject([{ row: 3, id: "nobody" }]);
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
      const scope = await world.tenant();
      const job = await world.change(scope, { filter }, { action: "add_tags", tags: ["hit"] }, small);
      expect([job.processed, job.total]).toEqual([expected.length, expected.length]);
      const tags = (await world.column(scope, "tags")) as Record<string, string[]>;
      expect(Object.keys(tags).filter((name) => tags[name]!.includes("hit"))).toEqual(expected);
    },
  );

  test("by filter leave out whom the caller names, and who came after the start", async () => {
    const scope = await world.tenant();
    const ids = await world.ids(scope);
    const { jobId } = await startBulkChange(world.deps, scope, {
      subjects: { filter: {}, excludeIds: [ids.get("ann")!, toHouseId(ids.get("dia")!), "nonsense"] },
      change: { action: "add_tags", tags: ["hit"] },
      name: null,
    });
    expect(await getJob(world.deps, scope, jobId)).toMatchObject({ total: 3 });
    await upsertContact(world.deps, scope, { email: "late@x.co" });
    const job = await world.work(jobId, small, scope);
    expect([job.processed, job.total]).toEqual([3, 3]);
    expect(await world.column(scope, "tags")).toMatchObject({
      ann: ["vip"],
      dia: ["old"],
      late: [],
      eve: ["hit"],
    });
  });

  test("by a filter that finds nobody, also in an empty tenant, end at once", async () => {
    const scope = await world.tenant("email\n");
    const job = await world.change(scope, all, { action: "delete" });
    expect(job).toMatchObject({ state: "completed", processed: 0, total: 0, progress: 100 });
  });

  test("by a key that may only read are refused", async () => {
    const scope = await world.tenant();
    const reader: TenantScope = { ...scope, granted: ["contacts:read"] };
    const started = startBulkChange(world.deps, reader, {
      subjects: all,
      change: { action: "unsubscribe" },
      name: null,
    });
    await expect(started).rejects.toMatchObject({ refusal: { code: "missing_scope" } });
  });
});

test("the lists of stopped jobs are kept for a while, those of completed ones are not", async () => {
  const scope = await world.tenant();
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
  await deps.sql`update jobs set state = 'queued', cancel_requested = false, finished_at = null where id = ${jobId}`;
  expect(await world.work(jobId, {}, scope)).toMatchObject({ state: "failed", error: { code: "list_gone" } });
});
