import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { encodeCursor } from "@roster/domain/page.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { feedSettled } from "@roster/store/testing.ts";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startBulkChange } from "../src/bulk/bulk.ts";
import { listContactChanges } from "../src/contacts/change-feed.ts";
import { deleteContact, upsertContact } from "../src/contacts/contacts.ts";
import { undoJob } from "../src/jobs/undo.ts";
import { ContactCopy, tableOf } from "./contact-copy.ts";
import { type ImportWorld, importWorldAt, openImportWorld } from "./import-world.ts";
import { backupOf, newPlace, restoreTo } from "./restored-world.ts";

let world: ImportWorld;
let scope: TenantScope;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

let tenants = 0;
beforeEach(async () => {
  scope = await world.otherTenant(`feed-${++tenants}`);
});

const put = (email: string, firstName: string | null = null) =>
  upsertContact(world.deps, scope, { email, firstName });
const remove = (email: string) =>
  deleteContact(world.deps, scope, { email }).catch((error) => {
    if (!(error instanceof Refused && error.refusal.code === "not_found")) throw error;
  });
const changes = (cursor?: string, limit = 100) => listContactChanges(world.deps, scope, { cursor, limit });

test("each contact shows once, at its latest change: created, updated or deleted", async () => {
  for (const name of ["a", "b", "c", "d"]) await put(`${name}@x.co`);
  await put("b@x.co", "Bo");
  await remove("c@x.co");
  await put("c@x.co", "again");
  await remove("d@x.co");
  await feedSettled(world.deps.sql);
  const page = await changes();
  expect(page.changes.map((change) => [change.type, "contact" in change && change.contact.email])).toEqual([
    ["created", "a@x.co"],
    ["updated", "b@x.co"],
    ["deleted", false],
    ["created", "c@x.co"],
    ["deleted", false],
  ]);
  expect(page).toMatchObject({ hasMore: false, reset: true });
  expect(await changes(page.cursor)).toMatchObject({ changes: [], hasMore: false, reset: false });
});

test("pages of one have the same order and lose nothing where a transaction wrote and deleted many", async () => {
  const ids = [];
  for (let n = 0; n < 5; n++) ids.push((await put(`m${n}@x.co`)).contact.id);
  const bulk = async (change: Parameters<typeof startBulkChange>[2]["change"], some: string[]) => {
    const { jobId } = await startBulkChange(world.deps, scope, {
      subjects: { ids: some },
      change,
      name: null,
    });
    await world.work(jobId, {}, scope);
  };
  await bulk({ action: "add_tags", tags: ["x"] }, ids);
  await bulk({ action: "delete" }, ids.slice(1, 4));
  await feedSettled(world.deps.sql);
  const whole = await changes();
  expect(whole.changes).toHaveLength(5);
  const single = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await changes(cursor, 1);
    single.push(...page.changes);
    ({ cursor, hasMore: more } = page);
  }
  expect(single).toEqual(whole.changes);
});

test("a contact that is there again under its id is not deleted", async () => {
  const { contact } = await put("back@x.co");
  await world.deps.sql.begin(async (tx) => {
    await tx`delete from contacts where id = ${contact.id}`;
    await tx`insert into contact_tombstones (tenant_id, contact_id) values (${scope.tenantId}, ${contact.id})`;
    await tx`insert into contacts (tenant_id, id, email, status)
      values (${scope.tenantId}, ${contact.id}, 'back@x.co', 'active')`;
  });
  await feedSettled(world.deps.sql);
  expect((await changes()).changes.map(({ type }) => type)).toEqual(["created"]);
});

const Step = fc.record({
  action: fc.constantFrom("put" as const, "put" as const, "remove" as const),
  who: fc.nat(7),
  value: fc.string({ minLength: 1, maxLength: 3, unit: "grapheme-ascii" }).map((text) => `v${text}`),
});

test("whoever applies the pages ends with the table: writers at the same time, one that commits late, an import and its undo", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(Step, { maxLength: 8 }), { minLength: 2, maxLength: 3 }),
      fc.integer({ min: 1, max: 5 }),
      async (writers, limit) => {
        scope = await world.otherTenant(`feed-${++tenants}`);
        const copy = new ContactCopy();
        for (let n = 0; n < 4; n++) await put(`p${n}@x.co`);
        await copy.pull(world.deps, scope, limit);
        let busy = true;
        const pulling = (async () => {
          while (busy) await copy.pull(world.deps, scope, limit);
        })();
        const write = async (steps: (typeof writers)[number]) => {
          for (const { action, who, value } of steps) {
            if (action === "put") await put(`p${who}@x.co`, value);
            else await remove(`p${who}@x.co`);
          }
        };
        const late = world.deps.sql.begin(async (tx) => {
          await tx`insert into contacts (tenant_id, id, email, status)
            values (${scope.tenantId}, gen_random_uuid(), 'late@x.co', 'active')`;
          await Promise.all(writers.map(write));
        });
        const file = Array.from({ length: 9 }, (_, n) => `p${n}@x.co,imported\n`).join("");
        const job = await world.import(`email,firstName\n${file}`, {}, scope);
        await late;
        const { jobId } = await undoJob(world.deps, scope, job.id);
        await world.work(jobId, {}, scope);
        busy = false;
        await pulling;
        await copy.pullToEnd(world.deps, scope, limit);
        expect(copy.contacts).toEqual(await tableOf(world.deps, scope));
        expect(copy.resets).toBe(1);
      },
    ),
    { numRuns: 6 },
  );
}, 60_000);

test("after a restore the way begins anew, from any place of it, and leads to what was restored", async () => {
  for (let n = 0; n < 8; n++) await put(`r${n}@x.co`);
  await remove("r0@x.co");
  const early = new ContactCopy();
  await early.pullToEnd(world.deps, scope, 3);
  await put("r1@x.co", "in the backup");
  const backup = await backupOf(world);
  await put("r2@x.co", "lost");
  await put("lost@x.co");
  await remove("r3@x.co");
  const late = new ContactCopy();
  await late.pullToEnd(world.deps, scope, 3);
  const onTheWay = new ContactCopy();
  onTheWay.cursor = (await changes(undefined, 3)).cursor;

  const places = [await newPlace(), await newPlace()];
  // At once: neither knows of the other, and a cursor of one is still none of the other's.
  await Promise.all(places.map((place) => restoreTo(place, backup)));
  for (const place of places) {
    const restored = await importWorldAt(place, place.drop);
    try {
      await upsertContact(restored.deps, scope, { email: "r4@x.co", firstName: "since then" });
      await deleteContact(restored.deps, scope, { email: "r5@x.co" });
      const truth = await tableOf(restored.deps, scope);
      expect(truth.size).toBe(6);
      for (const { cursor } of [early, late, onTheWay]) {
        const copy = new ContactCopy();
        copy.cursor = cursor;
        copy.contacts.set("a contact that the backup does not have", "");
        await copy.pullToEnd(restored.deps, scope, 3);
        expect([copy.resets, copy.contacts]).toEqual([1, truth]);
        // What they keep now leads on in the restored data alone.
        await copy.pullToEnd(restored.deps, scope, 3);
        expect(copy.resets).toBe(1);
        if (cursor === late.cursor) late.cursor = copy.cursor;
      }
    } finally {
      await restored.close();
    }
  }
}, 60_000);

test("a cursor that lies ahead is another database's, and one that was made up is refused", async () => {
  await put("a@x.co");
  await feedSettled(world.deps.sql);
  const ahead = encodeCursor(["changes", 1, [1, "9000000000000000000", null]]);
  expect(await changes(ahead)).toMatchObject({ reset: true, changes: [{ type: "created" }] });
  for (const fields of [
    ["after", [1, "5", null]],
    ["changes", 1],
    ["changes", -1, [1, "5", null]],
    [],
    "x",
  ]) {
    await expect(changes(encodeCursor(fields))).rejects.toThrow("cursor: ");
  }
});
