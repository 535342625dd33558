import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAccount } from "../src/accounts/accounts.ts";
import { authenticate } from "../src/accounts/authentication.ts";
import { createKey } from "../src/accounts/keys.ts";
import { changePlan } from "../src/accounts/plans.ts";
import { getContact, updateContact, upsertContact } from "../src/contacts/contacts.ts";
import { undoMerge } from "../src/duplicates/merge-undo.ts";
import { mergeContacts } from "../src/duplicates/merges.ts";
import { getEngagement } from "../src/events/engagement.ts";
import { recordEvents } from "../src/events/events.ts";
import { listTimeline } from "../src/history/timeline.ts";
import { removeOldMergeImages } from "../src/housekeeping.ts";
import { addToList, listsOfContact, removeFromList } from "../src/lists/list-members.ts";
import { createList } from "../src/lists/lists.ts";
import { checkSuppressions } from "../src/suppressions/suppression-check.ts";
import { addSuppressions } from "../src/suppressions/suppressions.ts";
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
  scope = await world.otherTenant(`u${++tenants}`);
});

const merge = (keep: string, ...others: string[]) =>
  mergeContacts(world.deps, scope, { keep, merge: others });
const undo = (id: string) => undoMerge(world.deps, scope, id);
const refused = (attempt: Promise<unknown>) =>
  attempt.then(
    () => null,
    (error: unknown) => (error instanceof Refused ? error.refusal : error),
  );

test("a merge and its undo leave every row of every table as it was", async () => {
  const { deps } = world;
  const { ann, anna, old } = await threeAnns(deps, scope);
  const before = await rowsOf(deps, scope);
  const { merge: made } = await merge(ann, anna, old);
  expect(await rowsOf(deps, scope)).not.toEqual(before);
  const undone = await undo(made.id);
  expect(await rowsOf(deps, scope)).toEqual(before);
  expect(undone.rest).toEqual([]);
  expect(undone.returned.map(({ id }) => id)).toEqual([anna, old]);
  expect(undone.contact.id).toBe(ann);
  expect(undone.merge).toMatchObject({ undoneAt: expect.any(Date), undoable: false });
  await expectTotalsTrue(deps, scope);
  for (const id of [ann, anna]) {
    const { entries } = await listTimeline(deps, scope, id, { limit: 50 });
    const told = { mergeId: made.id, keptId: ann, mergedIds: [anna, old], at: expect.any(Date) };
    expect(entries.filter(({ kind }) => kind.startsWith("merge"))).toEqual([
      { kind: "merge_undone", ...told },
      { kind: "merged", ...told },
    ]);
  }
  expect(await refused(undo(made.id))).toMatchObject({
    code: "merge_not_undoable",
    why: "it was undone already",
  });
  const images =
    await deps.sql`select from merged_contacts where merge_id = ${made.id} and image is not null`;
  expect(images).toHaveLength(0);
});

test("merges of merged contacts are undone from the last to the first, and then everything is as it was", async () => {
  const { deps } = world;
  const { ann, anna, old, zoe } = await threeAnns(deps, scope);
  const before = await rowsOf(deps, scope);
  const first = await merge(ann, anna);
  const second = await merge(ann, old);
  const third = await merge(zoe, ann);
  for (const { merge: made } of [first, second]) {
    const why = `the later merge ${third.merge.id} has to be undone first`;
    expect(await refused(undo(made.id))).toEqual({ code: "merge_not_undoable", why });
  }
  await undo(third.merge.id);
  expect(await refused(undo(first.merge.id))).toMatchObject({
    why: `the later merge ${second.merge.id} has to be undone first`,
  });
  await undo(second.merge.id);
  await undo(first.merge.id);
  expect(await rowsOf(deps, scope)).toEqual(before);
  await expectTotalsTrue(deps, scope);
});

test("where the kept one was merged itself and cannot come back, its merges cannot be undone", async () => {
  const { deps } = world;
  const { ann, anna, zoe } = await threeAnns(deps, scope);
  const first = await merge(ann, anna);
  const second = await merge(zoe, ann);
  // As the erasure of an address does with what holds it.
  await deps.sql`delete from merged_contacts where merge_id = ${second.merge.id} and merged_id = ${ann}`;
  const before = await rowsOf(deps, scope);
  expect(await refused(undo(first.merge.id))).toMatchObject({
    ...{ code: "merge_not_undoable", why: "the contact that was kept is not there any more" },
  });
  expect(await rowsOf(deps, scope)).toEqual(before);
  expect((await undo(second.merge.id)).returned).toEqual([]);
  expect((await getContact(deps, scope, zoe)).tags).toEqual(["z"]);
  await expectTotalsTrue(deps, scope);
});

test("what somebody changed since stays, and is told by name; events that came since stay with the kept one", async () => {
  const { deps } = world;
  const { ann, anna, old, lists } = await threeAnns(deps, scope);
  const more = await createList(deps, scope, { name: "more" });
  await addToList(deps, scope, more.id, { ids: [anna] });
  const { merge: made } = await merge(ann, anna, old);
  // Taken off and put on again by somebody: not the merge's any more.
  await removeFromList(deps, scope, more.id, { ids: [ann] });
  await addToList(deps, scope, more.id, { ids: [ann] });
  const change = { lastName: "Low", phone: null, attributes: { seats: 9 } };
  await updateContact(deps, scope, ann, { ...change, tags: ["a", "b", "c", "new"] });
  await removeFromList(deps, scope, lists.theirs!, { ids: [ann] });
  await recordEvents(deps, scope, {
    events: [
      { contactId: ann, type: "clicked", campaignId: "c9", campaignName: "Nine" },
      { contactId: ann, type: "opened", campaignId: "c2" },
    ],
  });
  const { contact, returned, rest } = await undo(made.id);
  expect(contact).toMatchObject({
    ...{ lastName: "Low", phone: null, externalId: null, tags: ["a", "new"] },
    attributes: { plan: "pro", seats: 9 },
  });
  expect(rest.map(({ field, code }) => `${field} ${code}`)).toEqual([
    "lastName changed_since",
    "phone changed_since",
    "attributes.seats changed_since",
    "lists left_list",
  ]);
  expect(returned).toMatchObject([
    { id: anna, externalId: "crm-7", tags: ["b"], attributes: { plan: "free", seats: 3 } },
    { id: old, phone: "+49 30 123456" },
  ]);
  const campaigns = async (id: string) => {
    const { engagement, sends } = await getEngagement(deps, scope, id, { limit: 50 });
    const { sent, opened, clicked } = engagement;
    return [
      sent,
      opened,
      clicked,
      ...sends.map(({ campaignId, campaignName }) => `${campaignId} ${campaignName}`).sort(),
    ];
  };
  expect(await campaigns(ann)).toEqual([3, 2, 1, "c1 Letter c1", "c2 Letter c2", "c9 Nine"]);
  expect(await campaigns(anna)).toEqual([3, 1, 1, "c1 Letter c1", "c2 Letter c2", "c3 Letter c3"]);
  const names = async (id: string) => (await listsOfContact(deps, scope, id)).map(({ name }) => name).sort();
  expect([await names(ann), await names(anna), await names(old)]).toEqual([
    ["all", "hers", "more"],
    ["all", "more"],
    [],
  ]);
  await expectTotalsTrue(deps, scope);
});

test("nobody comes back looser: who was suppressed or left since, and the kept one stays as strict as it became", async () => {
  const { deps } = world;
  const { ann, anna, old } = await threeAnns(deps, scope);
  await upsertContact(deps, scope, { email: "anna@x.co", status: "unsubscribed" });
  const { merge: made } = await merge(ann, anna, old);
  await addSuppressions(deps, scope, { emails: ["old@x.co"], status: "complained", reason: "asked" });
  const first = await undo(made.id);
  expect(first.returned.map(({ status }) => status)).toEqual(["unsubscribed", "complained"]);
  expect(first.contact.status).toBe("unsubscribed");
  expect(first.rest).toMatchObject([{ field: "status", code: "status_kept" }]);
  const { entries } = await listTimeline(deps, scope, old, { limit: 9 });
  expect(entries.find(({ kind }) => kind === "status_changed")).toMatchObject({
    to: "complained",
    reason: "undone",
  });

  const make = async (email: string, status: "active" | "unsubscribed") =>
    (await upsertContact(deps, scope, { email, status })).contact.id;
  // Nobody left since; brought back since, and gone again.
  const [kay, lea] = [await make("kay@x.co", "unsubscribed"), await make("lea@x.co", "active")];
  const alone = await merge(kay, lea);
  expect((await undo(alone.merge.id)).returned.map(({ status }) => status)).toEqual(["active"]);
  expect((await checkSuppressions(deps, scope, ["lea@x.co"])).suppressed).toEqual([]);
  // Somebody else says of the address what the merge said of it.
  const said = await merge(kay, await make("mia@x.co", "active"));
  await addSuppressions(deps, scope, { emails: ["mia@x.co"], status: "unsubscribed", reason: "asked" });
  expect((await undo(said.merge.id)).returned.map(({ status }) => status)).toEqual(["unsubscribed"]);
  const again = await merge(kay, lea);
  for (const status of ["active", "unsubscribed"] as const) await updateContact(deps, scope, kay, { status });
  expect((await undo(again.merge.id)).returned.map(({ status }) => status)).toEqual(["unsubscribed"]);

  const zoe = (await getContact(deps, scope, { email: "zoe@x.co" })).id;
  const eve = (await upsertContact(deps, scope, { email: "eve@x.co" })).contact.id;
  const second = await merge(zoe, eve);
  await recordEvents(deps, scope, { events: [{ contactId: zoe, type: "unsubscribed" }] });
  const undone = await undo(second.merge.id);
  expect(undone.returned.map(({ status }) => status)).toEqual(["unsubscribed"]);
  await expectTotalsTrue(deps, scope);
});

test("it is refused by name where an address or an externalId is somebody's by now, and nothing is written", async () => {
  const { deps } = world;
  const { ann, anna } = await threeAnns(deps, scope);
  const { merge: made } = await merge(ann, anna);
  const taker = (await upsertContact(deps, scope, { email: "anna@x.co" })).contact.id;
  const before = await rowsOf(deps, scope);
  expect(await refused(undo(made.id))).toEqual({ code: "email_taken", email: "anna@x.co", contactId: taker });
  await updateContact(deps, scope, taker, { email: "else@x.co" });
  await updateContact(deps, scope, ann, { externalId: null });
  await updateContact(deps, scope, taker, { externalId: "crm-7" });
  expect(await refused(undo(made.id))).toEqual({
    ...{ code: "external_id_taken", externalId: "crm-7", contactId: taker },
  });
  await updateContact(deps, scope, taker, { externalId: null, email: "anna@x.co" });
  expect(await refused(undo(made.id))).toMatchObject({ code: "email_taken" });
  expect((await rowsOf(deps, scope)).contacts).toHaveLength(before.contacts!.length);
  await updateContact(deps, scope, taker, { email: "other@x.co" });
  expect((await undo(made.id)).returned).toHaveLength(1);
});

test("after its time it is refused, that it was stays", async () => {
  const { deps } = world;
  const { ann, anna } = await threeAnns(deps, scope);
  const { merge: made } = await merge(ann, anna);
  expect(await removeOldMergeImages(deps, 30)).toBe(0);
  await deps.sql`update contact_merges set created_at = now() - interval '31 days' where id = ${made.id}`;
  expect(await removeOldMergeImages(deps, 30)).toBe(1);
  expect(await refused(undo(made.id))).toMatchObject({
    code: "merge_not_undoable",
    why: /not kept/ as unknown,
  });
});

test("an undo needs room in the account's plan", async () => {
  const { deps } = world;
  await changePlan(deps, "free", { contactLimit: 4 });
  const { name } = await createAccount(deps, { name: "small", plan: "free" });
  const { key } = await createKey(deps, { account: name, tenant: "one", prefix: "sk", scopes: ["admin"] });
  scope = await authenticate(deps, key);
  const { ann, anna, old } = await threeAnns(deps, scope);
  const { merge: made } = await merge(ann, anna, old);
  await upsertContact(deps, scope, { email: "new@x.co" });
  expect(await refused(undo(made.id))).toEqual({ code: "plan_limit_exceeded", limit: 4 });
  scope = { ...scope, contactLimit: null };
  expect((await undo(made.id)).returned).toHaveLength(2);
});

test("of two who undo it at once one does", async () => {
  const { deps } = world;
  const { ann, anna, old } = await threeAnns(deps, scope);
  const { merge: made } = await merge(ann, anna, old);
  const outcomes = await Promise.all([
    refused(undo(made.id)),
    refused(undo(made.id)),
    refused(undo(made.id)),
  ]);
  expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(1);
  await expectTotalsTrue(deps, scope);
});

test("an undo beside an import of the same address, events and changes: one of them has it, and all totals are true", async () => {
  const { deps } = world;
  const { ann, anna, old, zoe } = await threeAnns(deps, scope);
  const { merge: made } = await merge(ann, anna, old);
  const [undone, ...others] = await Promise.allSettled([
    undo(made.id),
    world.import("email,phone\nanna@x.co,2\nann@x.co,1\nnew@x.co,3\n", {}, scope),
    recordEvents(deps, scope, { events: [{ contactId: ann, type: "opened", campaignId: "c1" }] }),
    updateContact(deps, scope, ann, { phone: "9" }),
    merge(zoe, ann),
  ]);
  for (const outcome of [undone, ...others.slice(1)]) {
    if (outcome!.status === "rejected") expect(outcome!.reason).toBeInstanceOf(Refused);
  }
  const emails = (await world.contacts(scope)).map(({ email }) => email);
  expect(emails.filter((email) => email === "anna@x.co")).toHaveLength(1);
  await expectTotalsTrue(deps, scope);
  const [sums] = await deps.sql`
    select (select count(*)::int from events where tenant_id = ${scope.tenantId}) as events,
      (select sum(sent + opened + clicked + delivered + bounced)::int from campaign_sends where tenant_id = ${scope.tenantId}) as told`;
  expect(sums!.told).toBe(sums!.events);
});
