import { type Status, strictest } from "@roster/domain/contacts/status.ts";
import { BulkChange } from "@roster/domain/jobs/bulk-change.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBulkChange } from "../src/bulk/bulk.ts";
import { listContacts } from "../src/contacts/contact-list.ts";
import { updateContact } from "../src/contacts/contacts.ts";
import { previewUndo, undoJob } from "../src/jobs/undo.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
let tenants = 0;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

type Row = Record<string, unknown> & { status: Status };

const people = `email,status,firstName,tags,plan
ann@x.co,active,Ann,vip,pro
bob@x.co,unsubscribed,Bob,vip;old,
cem@x.co,bounced,,,free
dia@y.co,complained,Dia,old,
eve@y.co,active,,,
`;

const anyChange = fc.constantFrom(
  { action: "subscribe" },
  { action: "unsubscribe" },
  { action: "add_tags", tags: ["vip", "new"] },
  { action: "remove_tags", tags: ["old"] },
  {
    action: "update",
    patch: { firstName: null, tags: ["june"], attributes: { plan: "basic", city: "Ulm" } },
  },
  { action: "update", patch: { status: "active" }, resubscribe: true, consent: "They signed." },
);

test("the undo of a bulk change puts every contact back to what it was, except that no status gets looser", async () => {
  await fc.assert(
    fc.asyncProperty(anyChange, fc.integer({ min: 1, max: 4 }), async (raw, rows) => {
      const scope = await world.otherTenant(`bulk-undo-${++tenants}`);
      await world.import(people, {}, scope);
      const before = (await world.contacts(scope)) as Row[];
      const change = BulkChange.parse(raw);
      const { jobId } = await startBulkChange(world.deps, scope, {
        subjects: { filter: {} },
        change,
        name: null,
      });
      const job = await world.work(jobId, { batchSize: { rows, bytes: 1e6 } }, scope);
      const between = (await world.contacts(scope)) as Row[];
      expect(await previewUndo(world.deps, scope, jobId)).toEqual({
        deletes: 0,
        reverts: job.counters.updated,
        changedSince: 0,
      });
      const undo = await undoJob(world.deps, scope, jobId);
      const done = await world.work(undo.jobId, {}, scope);
      expect(done).toMatchObject({ state: "completed", counters: { updated: job.counters.updated } });
      const expected = before.map(({ version, ...contact }, i) => ({
        ...contact,
        status: strictest(contact.status, between[i]!.status),
      }));
      expect((await world.contacts(scope)).map(({ version, ...contact }) => contact)).toEqual(expected);
    }),
    { numRuns: 12 },
  );
}, 120_000);

test("the undo of a bulk change leaves alone whoever was changed since; that of a deletion is refused", async () => {
  const scope = await world.otherTenant("bulk-undo-since");
  await world.import(people, {}, scope);
  const start = (change: BulkChange) =>
    startBulkChange(world.deps, scope, { subjects: { filter: { search: "x.co" } }, change, name: null });
  const { jobId } = await start({ action: "add_tags", tags: ["t"] });
  await world.work(jobId, {}, scope);
  const { contacts } = await listContacts(world.deps, scope, { limit: 10, search: "ann@" });
  await updateContact(world.deps, scope, contacts[0]!.id, { lastName: "Since" });
  const undo = await undoJob(world.deps, scope, jobId);
  const done = await world.work(undo.jobId, {}, scope);
  expect(done.counters).toMatchObject({ updated: 2, skipped: 1 });
  expect((await world.contacts(scope))[0]).toMatchObject({ lastName: "Since", tags: ["vip", "t"] });

  const deletion = await start({ action: "delete" });
  await world.work(deletion.jobId, {}, scope);
  await expect(undoJob(world.deps, scope, deletion.jobId)).rejects.toMatchObject({
    refusal: { code: "job_not_undoable" },
  });
});
