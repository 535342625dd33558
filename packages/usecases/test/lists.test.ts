import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { Refused } from "@roster/domain/refusal.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeContactsNow } from "../src/bulk/bulk-now.ts";
import { listContacts, listContactsAt } from "../src/contacts/contact-list.ts";
import { deleteContact } from "../src/contacts/contacts.ts";
import { undoJob } from "../src/jobs/undo.ts";
import { addToList, listsOfContact, removeFromList } from "../src/lists/list-members.ts";
import { createList, deleteLists, duplicateList, getList, renameList } from "../src/lists/lists.ts";
import { type BulkWorld, openBulkWorld, small } from "./bulk-world.ts";

const file = "email\nann@x.io\nbob@x.io\ncem@x.io\ndee@x.io\neve@x.io\n";

let world: BulkWorld;
let scope: TenantScope;
let ids: Map<string, string>;
let list: string;
beforeAll(async () => {
  world = await openBulkWorld();
});
afterAll(() => world?.close());
beforeEach(async () => {
  scope = await world.tenant(file);
  ids = await world.ids(scope);
  list = (await createList(world.deps, scope, { name: "Fair" })).id;
});

const idsOf = (...names: string[]) => names.map((name) => ids.get(name)!);
const named = (emails: readonly { email: string }[]) => emails.map(({ email }) => email.split("@")[0]).sort();

/** Who is on a list, by its rows, which must be as many as its number says. */
async function members(listId = list): Promise<string[]> {
  const rows = await world.deps.sql<{ email: string }[]>`
    select coalesce(c.email, 'nobody') as email from list_members m
    left join contacts c on c.tenant_id = m.tenant_id and c.id = m.contact_id
    where m.tenant_id = ${scope.tenantId} and m.list_id = ${listId}`;
  expect((await getList(world.deps, scope, listId)).contacts).toBe(rows.length);
  const page = await listContacts(world.deps, scope, { listId, limit: 100 });
  expect([page.total, named(page.contacts)]).toEqual([rows.length, named(rows)]);
  return named(rows) as string[];
}

const code = (act: Promise<unknown>) =>
  act.then(
    () => "done",
    (error: Refused) => error.refusal.code,
  );

describe("one list", () => {
  it("contacts come on and go off once each, and its number is exact", async () => {
    const { deps } = world;
    const added = await addToList(deps, scope, list, { ids: [...idsOf("ann", "bob", "ann"), "nobody"] });
    expect(added).toEqual({ added: 2, alreadyOn: 0, notFound: ["nobody"] });
    const again = await addToList(deps, scope, { slug: "fair" }, { emails: ["BOB@x.io", "cem@x.io", "no"] });
    expect(again).toEqual({ added: 1, alreadyOn: 1, notFound: ["no"] });
    expect(await members()).toEqual(["ann", "bob", "cem"]);
    const removed = await removeFromList(deps, scope, list, { ids: idsOf("ann", "dee") });
    expect(removed).toEqual({ removed: 1, notOn: 1, notFound: [] });
    expect(await members()).toEqual(["bob", "cem"]);
    expect((await listsOfContact(deps, scope, ids.get("bob")!)).map(({ name }) => name)).toEqual(["Fair"]);
  });

  it("a list whose contacts are filtered further is counted with the filter", async () => {
    await addToList(world.deps, scope, list, { ids: idsOf("ann", "bob", "cem") });
    const change = { action: "unsubscribe" } as const;
    await changeContactsNow(world.deps, scope, { ids: idsOf("bob", "dee"), change });
    const query = { listId: list, status: "unsubscribed", limit: 10, offset: 0 } as const;
    const page = await listContactsAt(world.deps, scope, query);
    expect([page.total, named(page.contacts)]).toEqual([1, ["bob"]]);
  });

  it("who is deleted is on no list, one by one and by many", async () => {
    const other = (await createList(world.deps, scope, { name: "Other" })).id;
    for (const id of [list, other]) await addToList(world.deps, scope, id, { ids: [...ids.values()] });
    await deleteContact(world.deps, scope, ids.get("ann")!);
    await world.change(scope, { filter: { listId: other, search: "bob" } }, { action: "delete" });
    await changeContactsNow(world.deps, scope, { ids: idsOf("cem"), change: { action: "delete" } });
    for (const id of [list, other]) expect(await members(id)).toEqual(["dee", "eve"]);
  });

  it("a copy has everybody, and a name of its own; a name is given once", async () => {
    const { deps } = world;
    await addToList(deps, scope, list, { ids: idsOf("ann", "bob") });
    const copy = await duplicateList(deps, scope, list);
    expect(copy).toMatchObject({ name: "Fair (copy)", slug: "fair-copy", contacts: 2 });
    expect(await members(copy.id)).toEqual(["ann", "bob"]);
    expect((await duplicateList(deps, scope, list)).name).toBe("Fair (copy 2)");
    expect(await code(createList(deps, scope, { name: "Fair" }))).toBe("name_taken");
    expect(await code(renameList(deps, scope, list, { name: "Fair (copy)" }))).toBe("name_taken");
    expect((await createList(deps, scope, { name: "fair!" })).slug).toBe("fair-2");
    expect(await renameList(deps, scope, list, { name: "Fairs" })).toMatchObject({
      slug: "fair",
      contacts: 2,
    });
  });

  it("lists are deleted all or none, and nothing of them stays", async () => {
    const { deps } = world;
    const { sql } = deps;
    await addToList(deps, scope, list, { ids: idsOf("ann", "bob") });
    const other = (await createList(deps, scope, { name: "Other" })).id;
    expect(await code(deleteLists(deps, scope, [list, other, deps.newId()]))).toBe("not_found");
    expect(await members()).toHaveLength(2);
    expect(await deleteLists(deps, scope, [list, { slug: "other" }, list])).toBe(2);
    for (const table of ["lists", "list_members", "list_counts"]) {
      expect(await sql`select from ${sql(table)} where tenant_id = ${scope.tenantId}`).toHaveLength(0);
    }
    const change = { action: "update" as const, patch: {}, resubscribe: false, addToLists: [list] };
    const onto = { policy: { listId: list } };
    for (const act of [
      () => world.start(scope, { filter: {} }, change),
      () => world.start(scope, { filter: { listId: list } }, { action: "unsubscribe" }),
      () => world.import("email\na@x.io\n", onto, scope),
      () => changeContactsNow(deps, scope, { ids: [], change }),
    ]) {
      expect(await code(act())).toBe("not_found");
    }
    expect(await code(listContacts(deps, scope, { listId: list, limit: 10 }))).toBe("not_found");
  });

  it("many at once: two dozen writers of one list, deletions among them, and its number is exact", async () => {
    const { deps } = world;
    const rows = Array.from({ length: 60 }, (_, n) => `p${n}@x.io`);
    await world.import(`email\n${rows.join("\n")}\n`, {}, scope);
    ids = await world.ids(scope);
    const some = (from: number) => rows.slice(from, from + 20).map((email) => ids.get(email.split("@")[0]!)!);
    await Promise.all(
      Array.from({ length: 24 }, (_, n) => {
        const who = { ids: some((n * 7) % 45) };
        if (n % 4 === 0) return removeFromList(deps, scope, list, who);
        if (n % 4 === 1) return deleteContact(deps, scope, who.ids[n % 20]!).catch(() => {});
        return addToList(deps, scope, list, who);
      }),
    );
    expect(await members()).not.toContain("nobody");
  });
});

describe("a bulk change", () => {
  const change = (lists: { addToLists?: string[]; removeFromLists?: string[] }, patch = {}) =>
    ({ action: "update", patch, resubscribe: false, ...lists }) as const;

  it("who is only put on a list or taken off one counts as updated, a repeat as a duplicate", async () => {
    const other = (await createList(world.deps, scope, { name: "Other" })).id;
    await addToList(world.deps, scope, list, { ids: idsOf("ann") });
    await addToList(world.deps, scope, other, { ids: idsOf("dee") });
    const lists = change({ addToLists: [list], removeFromLists: [other] });
    const named = [...idsOf("ann", "bob", "bob", "dee", "cem"), "nobody"];
    const { report } = await changeContactsNow(world.deps, scope, { ids: named, change: lists });
    expect(report.counters).toMatchObject({ updated: 3, unchanged: 1, duplicate: 1, failed: 1 });
    expect([await members(), await members(other)]).toEqual([["ann", "bob", "cem", "dee"], []]);
  });

  it("a job does the same, batch by batch, and its undo takes off and puts back what it moved and no more", async () => {
    const { deps } = world;
    const other = (await createList(deps, scope, { name: "Other" })).id;
    await addToList(deps, scope, list, { ids: idsOf("ann") });
    await addToList(deps, scope, other, { ids: idsOf("ann", "bob", "cem") });
    const { id, counters } = await world.change(
      scope,
      { ids: idsOf("ann", "bob", "dee") },
      change({ addToLists: [list], removeFromLists: [other] }),
      small,
    );
    expect(counters).toMatchObject({ updated: 3, unchanged: 0 });
    expect([await members(), await members(other)]).toEqual([["ann", "bob", "dee"], ["cem"]]);
    // Somebody puts on by hand whom the job did not: that stays.
    await addToList(deps, scope, list, { ids: idsOf("eve") });
    await deleteContact(deps, scope, ids.get("dee")!);
    const { jobId } = await undoJob(deps, scope, id);
    const undone = await world.work(jobId, {}, scope);
    expect(undone).toMatchObject({ state: "completed", progress: 100, counters: { updated: 2, failed: 0 } });
    expect([await members(), await members(other)]).toEqual([
      ["ann", "eve"],
      ["ann", "bob", "cem"],
    ]);
    expect(await deps.sql`select from list_removals where tenant_id = ${scope.tenantId}`).toHaveLength(0);
  });

  it("a job whose list is deleted meanwhile fails and says so", async () => {
    const jobId = await world.start(
      scope,
      { filter: {} },
      change({ addToLists: [list] }, { firstName: "A" }),
    );
    await deleteLists(world.deps, scope, [list]);
    const job = await world.work(jobId, {}, scope);
    expect(job).toMatchObject({ state: "failed", error: { code: "not_found" }, counters: { updated: 0 } });
  });
});

describe("an import onto a list", () => {
  const rows =
    "email,firstName\nann@x.io,Ann\nbob@x.io,\nnew@x.io,New\nnew@x.io,Newer\nnonsense,\ndee@x.io,\n";

  it.each(["merge", "skip", "overwrite"] as const)(
    "everybody is put there whom the file creates or finds, batch by batch: %s",
    async (onExisting) => {
      const job = await world.import(rows, { policy: { listId: list, onExisting }, settings: small }, scope);
      expect(job.state).toBe("completed");
      expect(await members()).toEqual(["ann", "bob", "dee", "new"]);
      // All rows are settled or unchanged, and say so; who was taken off comes on again.
      await removeFromList(world.deps, scope, list, { ids: idsOf("ann") });
      await world.import(rows, { policy: { listId: list, onExisting }, settings: small }, scope);
      expect(await members()).toEqual(["ann", "bob", "dee", "new"]);
    },
  );

  it("a dry run puts nobody there", async () => {
    await world.import(rows, { policy: { listId: list, dryRun: true } }, scope);
    expect(await members()).toEqual([]);
  });

  it("its undo takes off those that it put there, and nobody else", async () => {
    const { deps } = world;
    await addToList(deps, scope, list, { ids: idsOf("ann", "eve") });
    const job = await world.import(rows, { policy: { listId: list } }, scope);
    expect(await members()).toEqual(["ann", "bob", "dee", "eve", "new"]);
    const { jobId } = await undoJob(deps, scope, job.id);
    const undone = await world.work(jobId, {}, scope);
    expect(undone.counters).toMatchObject({ deleted: 1, updated: 3, skipped: 0 });
    expect(await members()).toEqual(["ann", "eve"]);
  });
});
