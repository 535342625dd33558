import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { Status } from "@roster/domain/contacts/status.ts";
import { totalRows } from "@roster/domain/imports/import-report.ts";
import type { BulkChange } from "@roster/domain/jobs/bulk-change.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBulkChange } from "../src/bulk/bulk.ts";
import type { BulkSubjects } from "../src/bulk/bulk-subjects.ts";
import { deleteContact, updateContact, upsertContact } from "../src/contacts/contacts.ts";
import { runJob } from "../src/jobs/job-run.ts";
import { cancelJob, getJob } from "../src/jobs/jobs.ts";
import { all, type BulkWorld, openBulkWorld, small } from "./bulk-world.ts";

let world: BulkWorld;
beforeAll(async () => {
  world = await openBulkWorld();
});
afterAll(() => world?.close());

const crowd = `email,status\n${Array.from({ length: 40 }, (_, n) => `p${n}@x.co,${n % 3 === 0 ? "unsubscribed" : "active"}`).join("\n")}\n`;

test("a job that stops after every batch and is taken up again equals one that ran through", async () => {
  const bulk: BulkChange = { action: "unsubscribe" };
  const outcomes = [];
  for (const settings of [{}, { ...small, sliceMs: 0 }, { batchSize: { rows: 7, bytes: 1e6 }, sliceMs: 0 }]) {
    for (const by of ["filter", "ids"]) {
      const scope = await world.tenant(crowd);
      const ids = [...(await world.ids(scope)).values()];
      const subjects = by === "filter" ? all : { ids: [...ids, "nobody", ids[0]!] };
      const { counters, processed, reasons } = await world.change(scope, subjects, bulk, settings);
      expect(processed).toBe(totalRows({ counters, reasons, duplicateChanged: 0 }));
      outcomes.push([by, counters, await world.contacts(scope), (await world.totals(scope)).kept]);
    }
  }
  for (const [i, outcome] of outcomes.entries()) expect(outcome).toEqual(outcomes[i % 2]);
});

test("a cancelled job stops within a batch, keeps what it has written, and says so", async () => {
  const scope = await world.tenant(crowd);
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
  const state = async () => (await getJob(world.deps, scope, jobId)).state;
  await expect.poll(state, { timeout: 20_000 }).toBe("running");
  await cancelJob(world.deps, scope, jobId);
  held.resolve();
  await holding;
  const job = await working;
  expect(job).toMatchObject({ state: "cancelled", processed: 5, total: 40, counters: { updated: 5 } });
  const tags = Object.values((await world.column(scope, "tags")) as Record<string, string[]>);
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
    const scope = await world.tenant();
    const ann = (await world.ids(scope)).get("ann")!;
    const job = await between(scope, all, { action: "add_tags", tags: ["t"] }, () =>
      updateContact(world.deps, scope, ann, { status: "unsubscribed" }),
    );
    expect(job.counters).toMatchObject({ updated: 5 });
    expect(await world.column(scope, "status")).toMatchObject({ ann: "unsubscribed" });
    expect(await world.column(scope, "tags")).toMatchObject({ ann: ["vip", "t"] });
  });

  test("a contact that stops matching the filter is neither changed nor deleted", async () => {
    const scope = await world.tenant();
    const bob = (await world.ids(scope)).get("bob")!;
    const filter = { status: ["unsubscribed" as Status, "bounced" as Status] };
    const job = await between(scope, { filter }, { action: "delete" }, () =>
      updateContact(world.deps, scope, bob, { status: "active" }),
    );
    expect(job).toMatchObject({ processed: 1, total: 1, counters: { deleted: 1 } });
    expect(await world.column(scope, "status")).toMatchObject({ bob: "active" });
  });

  test("contacts that are unsubscribed one by one without a pause neither stop a job nor lose it", async () => {
    const people = 1500;
    const emails = Array.from({ length: people }, (_, n) => `p${n}@x.co`);
    const scope = await world.tenant(`email\n${emails.join("\n")}\n`);
    let over = false;
    const left = new Set<string>();
    const leave = async (stride: number) => {
      for (let n = stride; !over; n = (n + stride) % people) {
        await upsertContact(world.deps, scope, { email: emails[n]!, status: false });
        left.add(emails[n]!);
      }
    };
    const leaving = [leave(7), leave(11)];
    const job = await world.change(scope, all, { action: "add_tags", tags: ["t"] }).finally(() => {
      over = true;
    });
    await Promise.all(leaving);
    expect(job).toMatchObject({ state: "completed", counters: { updated: people } });
    for (const { email, tags, status } of await world.contacts(scope)) {
      expect(tags).toEqual(["t"]);
      expect(status).toBe(left.has(email as string) ? "unsubscribed" : "active");
    }
    expect(left.size).toBeGreaterThan(1);
  });

  test("a listed contact that somebody deletes fails as unknown", async () => {
    const scope = await world.tenant();
    const ids = await world.ids(scope);
    const subjects = { ids: [ids.get("ann")!, ids.get("eve")!] };
    const job = await between(scope, subjects, { action: "delete" }, () =>
      deleteContact(world.deps, scope, ids.get("ann")!),
    );
    expect(job.counters).toMatchObject({ deleted: 1, failed: 1 });
  });
});
