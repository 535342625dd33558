import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import type { Status } from "@roster/domain/contacts/status.ts";
import type { BulkChange } from "@roster/domain/jobs/bulk-change.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeContactsNow } from "../src/bulk/bulk-now.ts";
import { all, type BulkWorld, openBulkWorld, small } from "./bulk-world.ts";

let world: BulkWorld;
beforeAll(async () => {
  world = await openBulkWorld();
});
afterAll(() => world?.close());

describe("each change", () => {
  test("subscribe brings back who unsubscribed and reports who bounced or complained", async () => {
    const scope = await world.tenant();
    const job = await world.change(scope, all, { action: "subscribe" }, small);
    expect(job).toMatchObject({ kind: "bulk", state: "completed", progress: 100, processed: 5, total: 5 });
    expect(job.counters).toMatchObject({ updated: 1, unchanged: 2, failed: 2 });
    expect(await world.column(scope, "status")).toMatchObject({
      bob: "active",
      cem: "bounced",
      dia: "complained",
    });
    const ids = await world.ids(scope);
    expect(await world.failed(scope, job.id)).toMatchObject([
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
    const scope = await world.tenant();
    const job = await world.change(scope, all, { action: "unsubscribe" }, small);
    expect(job.counters).toMatchObject({ updated: 2, unchanged: 3, failed: 0 });
    expect(await world.column(scope, "status")).toMatchObject({ ann: "unsubscribed", cem: "bounced" });
    expect(await world.column(scope, "version")).toEqual({ ann: 2, bob: 1, cem: 1, dia: 1, eve: 2 });
    const { kept, counted } = await world.totals(scope);
    expect(kept).toEqual(counted);
  });

  test("update merges, and keeps the status of whoever may not be brought back", async () => {
    const scope = await world.tenant();
    const patch = {
      firstName: null,
      tags: ["june"],
      attributes: { plan: "pro" },
      status: "active" as Status,
    };
    const job = await world.change(scope, all, { action: "update", patch, resubscribe: false });
    expect(job.counters).toMatchObject({ updated: 5, failed: 0 });
    expect(job.reasons).toEqual({ kept_unsubscribed: 1, kept_bounced: 1, kept_complained: 1 });
    expect(await world.column(scope, "tags")).toMatchObject({ ann: ["june"], bob: ["june"] });
    expect(await world.column(scope, "status")).toMatchObject({ bob: "unsubscribed", cem: "bounced" });
  });

  test("update with a consent brings back, and the history keeps the consent", async () => {
    const scope = await world.tenant();
    const patch = { status: "active" as Status };
    const update: BulkChange = { action: "update", patch, resubscribe: true, consent: "They signed again." };
    await world.change(scope, all, update);
    expect(await world.column(scope, "status")).toEqual({
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
    const scope = await world.tenant();
    const added = await world.change(scope, all, { action: "add_tags", tags: ["vip", "new"] }, small);
    expect(added.counters).toMatchObject({ updated: 5 });
    expect(await world.column(scope, "tags")).toMatchObject({
      bob: ["vip", "old", "new"],
      eve: ["vip", "new"],
    });
    const again = await world.change(scope, all, { action: "add_tags", tags: ["new"] }, small);
    expect(again.counters).toMatchObject({ updated: 0, unchanged: 5 });
    const removed = await world.change(scope, all, { action: "remove_tags", tags: ["old"] }, small);
    expect(removed.counters).toMatchObject({ updated: 2, unchanged: 3 });
    expect(await world.column(scope, "tags")).toMatchObject({ bob: ["vip", "new"], dia: ["vip", "new"] });
  });

  test("delete leaves nothing but the addresses of those who may not be mailed", async () => {
    const scope = await world.tenant();
    const job = await world.change(scope, { filter: { search: "x.co" } }, { action: "delete" }, small);
    expect(job.counters).toMatchObject({ deleted: 3, failed: 0 });
    expect(job.undoable).toBe(false);
    expect(await world.column(scope, "status")).toEqual({ dia: "complained", eve: "active" });
    await world.import("email\nann@x.co\nbob@x.co\n", {}, scope);
    expect(await world.column(scope, "status")).toMatchObject({ ann: "active", bob: "unsubscribed" });
    const { kept, counted } = await world.totals(scope);
    expect(kept).toEqual(counted);
  });
});

test("up to a thousand contacts are changed inside the request, all or none, with a reason for each that failed", async () => {
  const scope = await world.tenant();
  const ids = await world.ids(scope);
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
  expect(await world.column(scope, "status")).toMatchObject({ bob: "active", cem: "bounced" });
  const { kept, counted } = await world.totals(scope);
  expect(kept).toEqual(counted);
  const many = Array.from({ length: 1001 }, () => "x");
  await expect(
    changeContactsNow(world.deps, scope, { ids: many, change: { action: "delete" } }),
  ).rejects.toMatchObject({ refusal: { code: "too_many_items", limit: 1000 } });
});
