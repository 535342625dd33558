import { type Status, strictest } from "@roster/domain/contacts/status.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listContacts } from "../src/contacts/contact-list.ts";
import { getContact, updateContact } from "../src/contacts/contacts.ts";
import { getJob } from "../src/jobs/jobs.ts";
import { previewUndo, undoJob } from "../src/jobs/undo.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
let tenants = 0;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

type Row = Record<string, unknown> & { email: string; status: Status };

const cell = (...values: string[]) => fc.constantFrom("", ...values);
const row = fc.tuple(
  fc.constantFrom("a@x.co", "b@x.co", "c@x.co", "d@x.co", "e@x.co"),
  cell("1", "2", "3"),
  cell("Ana", "Bo"),
  cell("vip", "new"),
  cell("active", "unsubscribed", "bounced"),
  cell("pro", "free"),
);
const file = fc
  .array(row, { maxLength: 15 })
  .map((rows) => ["email,externalId,firstName,tags,status,plan", ...rows.map((r) => r.join(","))].join("\n"));

test("an undo puts every contact back to what it was, except that no status gets looser", async () => {
  await fc.assert(
    fc.asyncProperty(file, file, async (first, second) => {
      const scope = await world.otherTenant(`undo-${++tenants}`);
      await world.import(first, {}, scope);
      const before = (await world.contacts(scope)) as Row[];
      const job = await world.import(second, { settings: { batchSize: { rows: 3, bytes: 1e6 } } }, scope);
      const between = await world.deps.sql<{ id: string; email: string; status: Status }[]>`
        select id, email, status from contacts where tenant_id = ${scope.tenantId}`;
      const idsBefore = await world.deps.sql<{ id: string; email: string }[]>`
        select id, coalesce(b.before::jsonb ->> 'email', c.email) as email from contacts c
        left join contact_before b on b.tenant_id = c.tenant_id and b.contact_id = c.id and b.job_id = ${job.id}
        where c.tenant_id = ${scope.tenantId} and c.created_job <> ${job.id}`;
      const statusBetween = new Map(between.map((contact) => [contact.id, contact.status]));
      const idOf = new Map(idsBefore.map((contact) => [contact.email, contact.id]));
      const forecast = await previewUndo(world.deps, scope, job.id);
      expect(forecast.changedSince).toBe(0);

      const undo = await undoJob(world.deps, scope, job.id);
      const done = await world.work(undo.jobId, {}, scope);
      expect(done).toMatchObject({ state: "completed", progress: 100 });
      expect(done.counters).toMatchObject({
        deleted: forecast.deletes,
        updated: forecast.reverts,
        skipped: 0,
      });

      const expected = before.map(({ version, ...contact }) => ({
        ...contact,
        status: strictest(contact.status, statusBetween.get(idOf.get(contact.email)!)!),
      }));
      const after = ((await world.contacts(scope)) as Row[]).map(({ version, ...contact }) => contact);
      expect(after).toEqual(expected);
      const page = await listContacts(world.deps, scope, { limit: 1 });
      expect(page.total).toBe(before.length);
      const [images] = await world.deps.sql`
        select count(*) as n from contact_before where job_id = ${job.id} and before is not null`;
      expect(images!.n).toBe(0);
    }),
    { numRuns: 25 },
  );
}, 120_000);

test("an undo leaves alone whoever was changed since, and its report lists them", async () => {
  const scope = await world.otherTenant("undo-since");
  await world.import("email,firstName\nold@x.co,Old\nquiet@x.co,Quiet\n", {}, scope);
  const job = await world.import(
    "email,firstName\nold@x.co,New\nquiet@x.co,Loud\nborn@x.co,Born\nmade@x.co,Made\n",
    {},
    scope,
  );
  const { contacts } = await listContacts(world.deps, scope, { limit: 10 });
  for (const contact of contacts.filter(({ email }) => email === "old@x.co" || email === "born@x.co")) {
    await updateContact(world.deps, scope, contact.id, { lastName: "Since" });
  }
  expect(await previewUndo(world.deps, scope, job.id)).toEqual({ deletes: 1, reverts: 1, changedSince: 2 });
  const { jobId } = await undoJob(world.deps, scope, job.id);
  const undo = await world.work(jobId, {}, scope);
  expect(undo.counters).toMatchObject({ deleted: 1, updated: 1, skipped: 2 });
  const left = await world.contacts(scope);
  expect(left.map(({ email, firstName }) => [email, firstName])).toEqual([
    ["born@x.co", "Born"],
    ["old@x.co", "New"],
    ["quiet@x.co", "Quiet"],
  ]);
  const failures = await world.deps
    .sql`select email, code from job_failures where job_id = ${jobId} order by email`;
  expect(failures.map(({ email, code }) => [email, code])).toEqual([
    ["born@x.co", "changed_since"],
    ["old@x.co", "changed_since"],
  ]);
  await expect(undoJob(world.deps, scope, job.id)).rejects.toThrow(/undone already/);
  expect(await getJob(world.deps, scope, job.id)).toMatchObject({ undoneBy: jobId, undoable: false });
});

test("an undo of an import that unsubscribed somebody does not subscribe her again", async () => {
  const scope = await world.otherTenant("undo-status");
  await world.import("email\nshe@x.co\n", {}, scope);
  const job = await world.import("email,status,firstName\nshe@x.co,unsubscribed,Eve\n", {}, scope);
  const { jobId } = await undoJob(world.deps, scope, job.id);
  await world.work(jobId, {}, scope);
  const [contact] = (await listContacts(world.deps, scope, { limit: 1 })).contacts;
  expect(await getContact(world.deps, scope, contact!.id)).toMatchObject({
    status: "unsubscribed",
    firstName: null,
  });
});

test("somebody whom an undone import created as unsubscribed comes back unsubscribed with the next import", async () => {
  const scope = await world.otherTenant("undo-suppressed");
  const job = await world.import("email,status\ngone@x.co,unsubscribed\n", {}, scope);
  const { jobId } = await undoJob(world.deps, scope, job.id);
  await world.work(jobId, {}, scope);
  expect(await world.contacts(scope)).toEqual([]);
  const again = await world.import("email\ngone@x.co\n", {}, scope);
  expect(again.reasons).toEqual({ kept_unsubscribed: 1 });
  expect(await world.contacts(scope)).toMatchObject([{ email: "gone@x.co", status: "unsubscribed" }]);
});
