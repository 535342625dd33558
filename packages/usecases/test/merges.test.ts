import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { inside } from "@roster/store/open.ts";
import { feedSettled } from "@roster/store/testing.ts";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { findContacts } from "../src/contacts/contact-find.ts";
import { deleteContact, getContact, updateContact, upsertContact } from "../src/contacts/contacts.ts";
import { startDuplicateSearch } from "../src/duplicates/duplicates.ts";
import { undoMerge } from "../src/duplicates/merge-undo.ts";
import { getMerge, listMerges, mergeContacts, previewMerge } from "../src/duplicates/merges.ts";
import { getEngagement } from "../src/events/engagement.ts";
import { recordEvents } from "../src/events/events.ts";
import { listTimeline } from "../src/history/timeline.ts";
import { listsOfContact } from "../src/lists/list-members.ts";
import { getContactScore } from "../src/scores/contact-scores.ts";
import { rescoreDue } from "../src/scores/rescore.ts";
import { fillSearchIndex } from "../src/search/search-index.ts";
import { checkSuppressions } from "../src/suppressions/suppression-check.ts";
import { ContactCopy, tableOf } from "./contact-copy.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";
import { expectTotalsTrue, rowsOf, threeAnns } from "./merge-world.ts";

let world: ImportWorld;
let scope: TenantScope;
let tenants = 0;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());
beforeEach(async () => {
  scope = await world.otherTenant(`m${++tenants}`);
});

const merge = (keep: string, ...others: string[]) =>
  mergeContacts(world.deps, scope, { keep, merge: others });
const refused = (attempt: Promise<unknown>) =>
  attempt.then(
    () => null,
    (error: unknown) => (error instanceof Refused ? error.refusal : error),
  );

test("the kept one has what it lacked of the others, their history and lists; they are gone, and all totals are true", async () => {
  const { deps } = world;
  const { ann, anna, old, zoe } = await threeAnns(deps, scope);
  const stranger = await getContact(deps, scope, zoe);
  const preview = await previewMerge(deps, scope, { keep: ann, merge: [anna, old] });
  const { merge: made, contact } = await merge(ann, toHouseId(anna), old);
  expect(contact).toEqual({
    ...preview.contact,
    updatedAt: expect.any(Date),
    score: expect.any(Number),
  });
  expect(contact).toMatchObject({
    ...{
      id: ann,
      email: "ann@x.co",
      firstName: "Ann",
      lastName: "Lee",
      phone: "+49 30 123456",
      locale: "en",
    },
    ...{ externalId: "crm-7", tags: ["a", "b", "c"], status: "active", version: 2 },
    attributes: { plan: "pro", seats: 3 },
  });
  expect(made).toMatchObject({
    keptId: ann,
    merged: [
      { id: anna, email: "anna@x.co" },
      { id: old, email: "old@x.co" },
    ],
    undoneAt: null,
    undoable: true,
  });
  expect(await getMerge(deps, scope, made.id)).toEqual(made);
  for (const id of [anna, old])
    expect(await refused(getContact(deps, scope, id))).toMatchObject({ code: "not_found" });
  expect(await getContact(deps, scope, zoe)).toEqual(stranger);

  const engagement = await getEngagement(deps, scope, ann, { limit: 50 });
  // c1 went to two of them and is one mail; without a campaign there is one more.
  expect(engagement).toMatchObject({ engagement: { sent: 4, opened: 2, clicked: 1, softBounces: 2 } });
  const names = (await listsOfContact(deps, scope, ann)).map(({ name }) => name);
  expect(names.sort()).toEqual(["all", "hers", "theirs"]);
  const { entries } = await listTimeline(deps, scope, ann, { limit: 50 });
  expect(entries.filter(({ kind }) => kind === "event")).toHaveLength(8);
  expect(entries.filter(({ kind }) => kind === "status_changed")).toHaveLength(2);
  expect(entries.find(({ kind }) => kind === "merged")).toEqual({
    ...{ kind: "merged", at: expect.any(Date), mergeId: made.id, keptId: ann, mergedIds: [anna, old] },
  });
  await expectTotalsTrue(deps, scope);
  const [due] = await deps.sql`select score_due from engagement where contact_id = ${ann}`;
  expect(due!.scoreDue).toBe(true);
  await rescoreDue(deps);
  expect((await getContact(deps, scope, ann)).score).toBe((await getContactScore(deps, scope, ann)).score);
});

test("the strictest status wins, also for the addresses that are gone: an import of one mails nobody who left; where nobody left they are free", async () => {
  const { deps } = world;
  const { ann, anna, old } = await threeAnns(deps, scope);
  await upsertContact(deps, scope, { email: "anna@x.co", status: "complained" });
  const { contact } = await merge(ann, anna, old);
  expect(contact.status).toBe("complained");
  const { entries } = await listTimeline(deps, scope, ann, { limit: 50 });
  expect(entries.find((entry) => entry.kind === "status_changed" && entry.reason === "merged")).toMatchObject(
    {
      from: "active",
      to: "complained",
      by: { kind: "key", id: scope.keyId },
    },
  );
  const checked = await checkSuppressions(deps, scope, ["anna@x.co", "old@x.co"]);
  expect(checked.suppressed).toMatchObject([
    { email: "anna@x.co", status: "complained", entry: { reason: "merged" } },
    { email: "old@x.co", status: "complained", entry: { reason: "merged" } },
  ]);
  const again = await upsertContact(deps, scope, { email: "old@x.co" });
  expect(again.contact.status).toBe("complained");

  const make = async (email: string) => (await upsertContact(deps, scope, { email })).contact.id;
  await merge(await make("kim@x.co"), await make("kimi@x.co"));
  expect((await upsertContact(deps, scope, { email: "kimi@x.co" })).contact.status).toBe("active");
  await expectTotalsTrue(deps, scope);
});

test("what cannot be is refused by name, and nothing is written", async () => {
  const { deps } = world;
  const { ann, anna, old, zoe } = await threeAnns(deps, scope);
  await upsertContact(deps, scope, { email: "zoe@x.co", externalId: "crm-9" });
  const before = await rowsOf(deps, scope);
  expect(await refused(merge(zoe, old, anna))).toMatchObject({
    code: "cannot_merge",
    field: "externalId",
    contactIds: [zoe, anna],
  });
  const nobody = crypto.randomUUID();
  const fields = async (...ids: [string, ...string[]]) => {
    const refusal = (await refused(merge(...ids))) as { issues: { field: string; code: string }[] };
    return refusal.issues.map(({ field, code }) => `${field} ${code}`);
  };
  expect(await fields(ann, anna, nobody, "x", anna)).toEqual([
    "merge.2 contact_unknown",
    "merge.3 contact_repeated",
  ]);
  expect(await fields(ann, anna, nobody)).toEqual(["merge.1 contact_unknown"]);
  expect(await fields(nobody, ann)).toEqual(["keep contact_unknown"]);
  expect(await fields(ann, ann)).toEqual(["merge.0 contact_repeated"]);
  expect(await fields(ann)).toEqual(["merge too_small"]);
  const many = Array.from({ length: 51 }, () => crypto.randomUUID());
  expect(await fields(ann, ...many)).toEqual(["merge too_big"]);
  expect(
    await refused(
      mergeContacts(deps, { ...scope, granted: ["contacts:read"] }, { keep: ann, merge: [anna] }),
    ),
  ).toMatchObject({
    code: "missing_scope",
  });
  const other = await world.otherTenant(`m${++tenants}`);
  expect(await refused(mergeContacts(deps, other, { keep: ann, merge: [anna] }))).toMatchObject({
    code: "invalid",
  });
  expect(await rowsOf(deps, scope)).toEqual(before);
});

test("merges are listed, newest first, page by page", async () => {
  const { deps } = world;
  const ids: string[] = [];
  for (const n of [1, 2, 3]) {
    const [keep, gone] = await Promise.all(
      ["k", "g"].map(
        async (name) => (await upsertContact(deps, scope, { email: `${name}${n}@x.co` })).contact.id,
      ),
    );
    ids.unshift((await merge(keep!, gone!)).merge.id);
  }
  const first = await listMerges(deps, scope, { limit: 2 });
  const second = await listMerges(deps, scope, { limit: 2, cursor: first.cursor! });
  expect([...first.merges, ...second.merges].map(({ id }) => id)).toEqual(ids);
  expect([first.hasMore, second.hasMore, second.cursor]).toEqual([true, false, null]);
  const other = await world.otherTenant(`m${++tenants}`);
  expect((await listMerges(deps, other, { limit: 2 })).merges).toEqual([]);
  expect(await refused(getMerge(deps, other, ids[0]!))).toEqual({ code: "not_found", what: "merge" });
  expect(await refused(undoMerge(deps, other, ids[0]!))).toEqual({ code: "not_found", what: "merge" });
});

test("merges in opposite orders and of overlapping contacts: one of each wins, none hangs, all totals stay true", async () => {
  const { deps } = world;
  const { ann, anna, old, zoe } = await threeAnns(deps, scope);
  const outcomes = await Promise.allSettled([
    ...[merge(ann, anna), merge(anna, ann), merge(old, zoe, ann), merge(zoe, old), merge(ann, old)],
    recordEvents(deps, scope, {
      events: ["ann", "anna", "old"].map((name) => ({ email: `${name}@x.co`, type: "opened" })),
    }),
    upsertContact(deps, scope, { email: "anna@x.co", tags: ["new"] }),
    world.import("email,phone\nann@x.co,1\nanna@x.co,2\nold@x.co,3\nzoe@x.co,4\n", {}, scope),
  ]);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(Refused);
  }
  expect(outcomes.slice(0, 5).some(({ status }) => status === "fulfilled")).toBe(true);
  await expectTotalsTrue(deps, scope);
  const [orphans] = await deps.sql`
    select count(*)::int as n from (
      select contact_id from events where tenant_id = ${scope.tenantId}
      union all select contact_id from engagement where tenant_id = ${scope.tenantId}
      union all select contact_id from campaign_sends where tenant_id = ${scope.tenantId}
      union all select contact_id from list_members where tenant_id = ${scope.tenantId}
      union all select contact_id from status_changes where tenant_id = ${scope.tenantId}
    ) x where not exists (select from contacts c where c.tenant_id = ${scope.tenantId} and c.id = x.contact_id)`;
  expect(orphans!.n).toBe(0);
});

test("a merge waits for whoever is changing one of them, and takes up what that came to", async () => {
  const { deps } = world;
  const { ann, anna } = await threeAnns(deps, scope);
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const change = deps.sql.begin(async (tx) => {
    await updateContact({ ...deps, sql: inside(tx) }, scope, anna, { phone: "+49 40 1" });
    begin();
    await over;
  });
  await begun;
  const merged = merge(ann, anna);
  await vi.waitFor(async () => {
    const waiting = await deps.sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    expect(waiting).toHaveLength(1);
  });
  end();
  await change;
  const { contact, merge: made } = await merged;
  expect(contact.phone).toBe("+49 40 1");
  expect((await undoMerge(deps, scope, made.id)).returned).toMatchObject([{ id: anna, phone: "+49 40 1" }]);
});

test("whoever keeps a copy by the feed has the table after merges and their undo", async () => {
  const { deps } = world;
  const { ann, anna, old } = await threeAnns(deps, scope);
  const copy = new ContactCopy();
  await copy.pullToEnd(deps, scope);
  const { merge: made } = await merge(ann, anna, old);
  await copy.pullToEnd(deps, scope);
  expect(copy.contacts).toEqual(await tableOf(deps, scope));
  expect(copy.contacts.size).toBe(2);
  await undoMerge(deps, scope, made.id);
  await copy.pullToEnd(deps, scope);
  expect(copy.contacts).toEqual(await tableOf(deps, scope));
  expect(copy.contacts.size).toBe(4);
});

/** Wherever the connection of a merge or its undo is lost, from its first statement to its last. */
const places = ["merged_contacts", "engagement", "events", "list_counts", "contacts", "contact_counts"];

test("a merge and an undo that are killed anywhere leave nothing, and can be done again", async () => {
  const { deps } = world;
  const { ann, anna, old } = await threeAnns(deps, scope);
  const killed = async (attempt: () => Promise<unknown>) => {
    const before = await rowsOf(deps, scope);
    const { merges } = await listMerges(deps, scope, { limit: 9 });
    for (const table of places) {
      await deps.sql.unsafe(`
        create function stop() returns trigger language plpgsql as
        $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
        create trigger stop after insert or update or delete on ${table} for each statement execute function stop()`);
      const outcome = await refused(attempt());
      await deps.sql.unsafe(`drop trigger stop on ${table}; drop function stop()`);
      expect([table, outcome]).toEqual([table, expect.any(Error)]);
    }
    expect(await rowsOf(deps, scope)).toEqual(before);
    expect((await listMerges(deps, scope, { limit: 9 })).merges).toEqual(merges);
    await expectTotalsTrue(deps, scope);
  };
  await killed(() => merge(ann, anna, old));
  const { merge: made } = await merge(ann, anna, old);
  await killed(() => undoMerge(deps, scope, made.id));
  expect((await undoMerge(deps, scope, made.id)).returned).toHaveLength(2);
});

test("the search finds the kept one by what it took up, and whoever came back", async () => {
  const { deps } = world;
  const { ann, anna } = await threeAnns(deps, scope);
  const fill = () => fillSearchIndex(deps, scope.tenantId, undefined, { backlog: 0, segment: 2 });
  const found = async (search: string) => {
    const { contacts } = await findContacts(deps, scope, { search, limit: 9 });
    return contacts.map(({ email }) => email).sort();
  };
  await fill();
  const { merge: made } = await merge(ann, anna);
  expect([await found("Lee"), await found("anna@x")]).toEqual([["ann@x.co"], []]);
  await feedSettled(deps.sql);
  await fill();
  expect([await found("Lee"), await found("anna@x")]).toEqual([["ann@x.co"], []]);
  await undoMerge(deps, scope, made.id);
  expect([await found("Lee"), await found("anna@x")]).toEqual([["anna@x.co"], ["anna@x.co"]]);
  await feedSettled(deps.sql);
  await fill();
  expect([await found("Lee"), await found("anna@x")]).toEqual([["anna@x.co"], ["anna@x.co"]]);
});

test("when the kept one is deleted, nothing of the merge is left", async () => {
  const { deps } = world;
  const { ann, anna, old, zoe } = await threeAnns(deps, scope);
  await undoMerge(deps, scope, (await merge(zoe, ann)).merge.id);
  const first = await merge(ann, anna);
  await merge(old, ann);
  await merge(old, zoe);
  await deleteContact(deps, scope, old);
  expect(await refused(getMerge(deps, scope, first.merge.id))).toMatchObject({ code: "not_found" });
  for (const table of [
    "contact_merges",
    "merged_contacts",
    "events",
    "engagement",
    "campaign_sends",
    "status_changes",
  ]) {
    const rows = await deps.sql`select from ${deps.sql(table)} where tenant_id = ${scope.tenantId}`;
    expect([table, rows.length]).toEqual([table, 0]);
  }
  await expectTotalsTrue(deps, scope);
});

test("who was merged is in no group of likely duplicates any more", async () => {
  const { deps } = world;
  const [one, two] = await Promise.all(
    ["ann.b@gmail.com", "annb@gmail.com"].map(
      async (email) => (await upsertContact(deps, scope, { email })).contact.id,
    ),
  );
  await world.work((await startDuplicateSearch(deps, scope)).jobId, {}, scope);
  await merge(one!, two!);
  const left = await deps.sql`select from duplicate_keys where tenant_id = ${scope.tenantId}`;
  expect(left).toHaveLength(0);
});
