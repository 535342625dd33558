import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { type Status, strictest } from "@roster/domain/contacts/status.ts";
import type { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { setSuppressions } from "@roster/store/suppressions/suppressions.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { upsertContact } from "../src/contacts/contacts.ts";
import { undoJob } from "../src/jobs/undo.ts";
import { suppressionHash } from "../src/suppressions/suppression-key.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
let tenants = 0;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

const newTenant = () => world.otherTenant(`list-${++tenants}`);
const target = { policy: { target: "suppressions" } satisfies Partial<ImportPolicy> };

const addresses = ["a@x.co", "b@x.co", "c@x.co", "d@x.co"];
type Statuses = Record<string, Status>;

async function contactStatuses(scope: TenantScope): Promise<Statuses> {
  return Object.fromEntries((await world.contacts(scope)).map((c) => [c.email, c.status])) as Statuses;
}

/** The suppression list, for the addresses that the tests use. */
async function listed(scope: TenantScope): Promise<Statuses> {
  const rows = await world.deps.sql<{ hash: Buffer; status: Status }[]>`
    select hash, status from suppressions where tenant_id = ${scope.tenantId}`;
  const found = new Map(rows.map(({ hash, status }) => [hash.toString("hex"), status]));
  const entries = addresses.flatMap((email) => {
    const status = found.get(suppressionHash(world.deps.suppressionKey, email).toString("hex"));
    return status === undefined ? [] : [[email, status] as const];
  });
  expect(entries).toHaveLength(rows.length);
  return Object.fromEntries(entries);
}

const entryOf = ([email, status]: [string, Status]) => {
  const hash = suppressionHash(world.deps.suppressionKey, email);
  return { id: world.deps.newId(), hash, keyVersion: 1, status, reason: "deleted", source: null };
};

type Row = { email: string; status: string };

/** Row by row, without a batch or a database. */
function naive(rows: readonly Row[], list: Statuses, contacts: Statuses) {
  const counters = { created: 0, updated: 0, unchanged: 0, duplicate: 0, failed: 0 };
  const reasons: Record<string, number> = {};
  const seen = new Set<string>();
  let duplicateChanged = 0;
  for (const { email, status } of rows) {
    if (!addresses.includes(email) || status === "active") {
      counters.failed++;
      continue;
    }
    const wanted = (status || "unsubscribed") as Status;
    const had = strictest(list[email] ?? "active", contacts[email] ?? "active");
    const next = strictest(had, wanted);
    const isNew = list[email] === undefined;
    const changed = list[email] !== next || (email in contacts && contacts[email] !== next);
    list[email] = next;
    if (email in contacts) contacts[email] = next;
    if (next !== wanted) reasons[`kept_${next}`] = (reasons[`kept_${next}`] ?? 0) + 1;
    if (seen.has(email)) {
      counters.duplicate++;
      if (changed) duplicateChanged++;
    } else counters[isNew ? "created" : changed ? "updated" : "unchanged"]++;
    seen.add(email);
  }
  return { counters, reasons, duplicateChanged };
}

const csv = (rows: readonly Row[]) =>
  ["email,status", ...rows.map(({ email, status }) => `${email},${status}`)].join("\n");

test("a file of suppressions loosens nobody, in batches of any size, interrupted anywhere; its dry run says the same", async () => {
  const status = fc.constantFrom("", "unsubscribed", "bounced", "complained", "active");
  const row = fc.record({ email: fc.constantFrom(...addresses, "no address"), status });
  const kept = fc.constantFrom<Status>("unsubscribed", "bounced", "complained");
  const stored = fc.record({
    before: fc.dictionary(fc.constantFrom(...addresses), fc.oneof(fc.constant<Status>("active"), kept)),
    left: fc.dictionary(fc.constantFrom(...addresses), kept),
  });
  await fc.assert(
    fc.asyncProperty(
      stored,
      fc.array(fc.array(row, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 2 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(0, 60_000),
      async ({ before, left }, files, batchRows, lanes, sliceMs) => {
        const scope = await newTenant();
        const settings = { batchSize: { rows: batchRows, bytes: 1e6 }, lanes, sliceMs };
        const contacts: Statuses = { ...before };
        const list: Statuses = { ...left };
        await world.import(
          csv(Object.entries(before).map(([email, status]) => ({ email, status }))),
          {},
          scope,
        );
        await world.deps.sql.begin((tx) =>
          setSuppressions(tx, scope.tenantId, Object.entries(left).map(entryOf)),
        );
        for (const rows of files) {
          const told = { policy: { ...target.policy, dryRun: true }, settings };
          const rehearsal = await world.import(csv(rows), told, scope);
          expect(await contactStatuses(scope)).toEqual(contacts);
          expect(await listed(scope)).toEqual(list);

          const job = await world.import(csv(rows), { ...target, settings }, scope);
          const wanted = naive(rows, list, contacts);
          for (const { state, counters, reasons, duplicateChanged, processed } of [rehearsal, job]) {
            expect({ state, processed, reasons, duplicateChanged }).toEqual({
              state: "completed",
              processed: rows.length,
              reasons: wanted.reasons,
              duplicateChanged: wanted.duplicateChanged,
            });
            expect(counters).toMatchObject(wanted.counters);
          }
          expect(await contactStatuses(scope)).toEqual(contacts);
          expect(await listed(scope)).toEqual(list);
        }
        const counts = await world.deps.sql<{ status: Status; n: number }[]>`
          select status, sum(n)::int8 as n from contact_counts where tenant_id = ${scope.tenantId} group by status`;
        for (const { status, n } of counts) {
          expect(n).toBe(Object.values(contacts).filter((one) => one === status).length);
        }
      },
    ),
    { numRuns: 40 },
  );
}, 300_000);

test("who is on the list is not subscribed by a later import, whatever it says; with a consent those who may come back do", async () => {
  const scope = await newTenant();
  await world.import(
    "a@x.co,unsubscribed\nb@x.co,bounced,550, no such user\nC@X.co,complained\n",
    target,
    scope,
  );
  const job = await world.import(
    "email,status\na@x.co,\nb@x.co,active\nc@x.co,subscribed\nd@x.co,\n",
    {},
    scope,
  );
  expect(job).toMatchObject({
    counters: { created: 4 },
    reasons: { kept_unsubscribed: 1, kept_bounced: 1, kept_complained: 1 },
  });
  expect(await contactStatuses(scope)).toEqual({
    "a@x.co": "unsubscribed",
    "b@x.co": "bounced",
    "c@x.co": "complained",
    "d@x.co": "active",
  });
  const again = { resubscribe: true, consent: "They signed again." };
  await world.import("email\na@x.co\nb@x.co\nc@x.co\n", { policy: again }, scope);
  expect(await contactStatuses(scope)).toMatchObject({
    "a@x.co": "active",
    "b@x.co": "active",
    "c@x.co": "complained",
  });
  expect(await listed(scope)).toEqual({ "c@x.co": "complained" });
});

test("contacts go to the list's status with a line in their history that names the job; nothing else of them changes", async () => {
  const scope = await newTenant();
  await world.import("email,firstName,plan\na@x.co,Ana,pro\n", {}, scope);
  const file =
    '[{"email":"a@x.co","status":"bounced","firstName":"X","phone":5,"reason":"550 <a@x.co>","data":[]}]';
  const job = await world.import(file, target, scope);
  expect(job).toMatchObject({ counters: { created: 1, failed: 0 }, target: "suppressions", undoable: false });
  expect(await world.contacts(scope)).toMatchObject([
    { email: "a@x.co", firstName: "Ana", phone: null, attributes: { plan: "pro" }, status: "bounced" },
  ]);
  const { sql } = world.deps;
  expect(
    await sql`select from_status, to_status, reason, source_kind, source_id from status_changes
      where tenant_id = ${scope.tenantId}`,
  ).toMatchObject([
    { fromStatus: "active", toStatus: "bounced", reason: "suppressed", sourceKind: "job", sourceId: job.id },
  ]);
  // Of the address only the hash is there, and of the reason nothing.
  expect(await sql`select reason, source from suppressions where tenant_id = ${scope.tenantId}`).toEqual([
    { reason: "imported", source: job.id },
  ]);
  await expect(undoJob(world.deps, scope, job.id)).rejects.toThrow(
    "nobody is taken off the suppression list",
  );
});

test("contacts that are created while their addresses are suppressed do not slip through", async () => {
  const emails = Array.from({ length: 600 }, (_, n) => `p${n}@x.co`);
  for (let round = 0; round < 3; round++) {
    const scope = await newTenant();
    const settings = { batchSize: { rows: 50, bytes: 1e6 }, lanes: 2 };
    await Promise.all([
      world.import(`email\n${emails.join("\n")}\n`, { settings }, scope),
      world.import(`email\n${emails.join("\n")}\n`, { ...target, settings }, scope),
      (async () => {
        for (const email of emails.filter((_, n) => n % 40 === round)) {
          await upsertContact(world.deps, scope, { email });
        }
      })(),
    ]);
    const statuses = Object.values(await contactStatuses(scope));
    expect(statuses).toHaveLength(emails.length);
    expect(new Set(statuses)).toEqual(new Set(["unsubscribed"]));
  }
}, 120_000);
