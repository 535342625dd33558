import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import {
  bulkWrite,
  singleWrite,
  upsertLimit,
  type WritePolicy,
} from "@roster/domain/contacts/write-policy.ts";
import type { RowOutcome } from "@roster/domain/imports/import-report.ts";
import { Refused } from "@roster/domain/refusal.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anyBatches, anyPolicy } from "../../domain/test/colliding-rows.ts";
import { listContacts } from "../src/contacts/contact-list.ts";
import { upsertContacts } from "../src/contacts/contact-upserts.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
let tenants = 0;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

const newTenant = () => world.otherTenant(`upserts-${++tenants}`);
const upsert = (scope: TenantScope, contacts: ContactInput[], policy: WritePolicy = bulkWrite) =>
  upsertContacts(world.deps, scope, { contacts, policy });

/** Everything that upserts leave behind, without ids and times. */
async function state({ tenantId }: TenantScope) {
  const { sql } = world.deps;
  const history = sql`
    select c.email, s.from_status, s.to_status, s.reason, s.consent
    from status_changes s join contacts c on c.tenant_id = s.tenant_id and c.id = s.contact_id
    where s.tenant_id = ${tenantId} and c.name = 'there before' order by c.email, s.id`;
  const suppressed = sql`select hash, status, reason from suppressions where tenant_id = ${tenantId} order by hash`;
  const counts = sql`
    select status, sum(n)::int8 as n from contact_counts where tenant_id = ${tenantId}
    group by status having sum(n) <> 0 order by status`;
  return {
    contacts: await world.contacts({ tenantId } as TenantScope),
    history: await history,
    suppressed: await suppressed,
    counts: await counts,
  };
}

/** What became of rows, comparable between tenants: contacts by their email, and a repeat by what it did. */
async function told({ tenantId }: TenantScope, outcomes: RowOutcome[]) {
  const rows = await world.deps.sql<{ id: string; email: string }[]>`
    select id, email from contacts where tenant_id = ${tenantId}`;
  const emails = new Map(rows.map(({ id, email }) => [id, email]));
  return outcomes.map((outcome) => {
    if (outcome.kind === "failed") {
      const { code, field, contactId } = outcome.problem;
      return { kind: "failed", code, field, contact: contactId === undefined ? null : emails.get(contactId) };
    }
    const repeated = outcome.kind === "duplicate" ? (outcome.changed ? "updated" : "unchanged") : null;
    return {
      kind: repeated ?? outcome.kind,
      kept: outcome.kept,
      contact: emails.get(outcome.contactId),
    };
  });
}

test("contacts sent in one request end as when they are sent one by one", async () => {
  await fc.assert(
    fc.asyncProperty(anyBatches, anyBatches, anyPolicy, async (stored, batches, policy) => {
      const together = await newTenant();
      const apart = await newTenant();
      const before = stored.flat().map((input) => ({ ...input, name: "there before" }));
      for (const scope of [together, apart]) await upsert(scope, before, singleWrite);

      for (const batch of batches) {
        const { outcomes, report } = await upsert(together, batch, policy);
        const single: RowOutcome[] = [];
        for (const input of batch) single.push(...(await upsert(apart, [input], policy)).outcomes);
        expect(await told(together, outcomes)).toEqual(await told(apart, single));
        expect(Object.values(report.counters).reduce((sum, n) => sum + n)).toBe(batch.length);
      }
      expect(await state(together)).toEqual(await state(apart));
    }),
    { numRuns: 60 },
  );
}, 120_000);

test("a failed row is told at its place and hinders no other", async () => {
  const scope = await newTenant();
  await upsert(scope, [{ email: "ann@x.io", externalId: "1" }]);
  const { outcomes, report } = await upsert(scope, [
    { email: "bo@x.io" },
    { email: "ann@x.io", externalId: "2" },
    { email: "cy@x.io" },
    { email: "dee@x.io" },
  ]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(["created", "failed", "created", "created"]);
  expect(outcomes[1]).toMatchObject({ problem: { code: "external_id_taken" } });
  expect(report.counters).toMatchObject({ created: 3, failed: 1 });
});

test("requests that write the same contacts in opposite orders at once all arrive, each exactly once", async () => {
  const scope = await newTenant();
  const emails = Array.from({ length: 300 }, (_, n) => `p${n}@x.io`);
  const writers = [0, 1, 2, 3, 4];
  const reports = await Promise.all(
    writers.map(async (n) => {
      const order = n % 2 === 0 ? emails : emails.toReversed();
      const rows = order.map((email) => ({ email, attributes: { [`writer${n}`]: true } }));
      return (await upsert(scope, rows)).report.counters;
    }),
  );
  expect(reports.reduce((sum, { created }) => sum + created, 0)).toBe(emails.length);
  const all = Object.fromEntries(writers.map((n) => [`writer${n}`, true]));
  for (const contact of await world.contacts(scope)) {
    expect(contact).toMatchObject({ attributes: all, version: writers.length });
  }
});

test("the same contacts again write nothing: no row is locked or rewritten", async () => {
  const scope = await newTenant();
  const rows = Array.from({ length: 200 }, (_, n) => ({ email: `p${n}@x.io`, tags: ["june"] }));
  await upsert(scope, rows);
  const rowVersions = () => world.deps.sql`
    select id, xmin::text, xmax::text, ctid::text from contacts where tenant_id = ${scope.tenantId} order by id`;
  const before = await rowVersions();
  const { report } = await upsert(scope, rows);
  expect(report.counters).toMatchObject({ unchanged: 200, updated: 0 });
  expect(await rowVersions()).toEqual(before);
});

test("more than the limit of contacts, a key without the scope, or a plan without room: refused, and nothing is written", async () => {
  const scope = await newTenant();
  const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ email: `p${i}@x.io` }));
  const refusal = (from: TenantScope, contacts: ContactInput[]) =>
    upsert(from, contacts).catch((error) => (error instanceof Refused ? error.refusal : error));
  expect(await refusal(scope, rows(upsertLimit + 1))).toEqual({ code: "too_many_items", limit: 10_000 });
  expect(await refusal({ ...scope, granted: ["contacts:read"] }, rows(1))).toMatchObject({
    code: "missing_scope",
  });
  // A plan counts the contacts of all tenants of its account.
  const { accountId } = scope;
  const [{ n }] = await world.deps.sql<[{ n: number }]>`
    select coalesce(sum(n), 0)::int8 as n from contact_counts
    where tenant_id in (select id from tenants where account_id = ${accountId})`;
  const limited = { ...scope, contactLimit: n + 9 };
  expect(await refusal(limited, rows(10))).toEqual({ code: "plan_limit_exceeded", limit: n + 9 });
  expect((await listContacts(world.deps, scope, { limit: 1 })).total).toBe(0);
  expect((await upsert(limited, rows(9))).report.counters.created).toBe(9);
});
