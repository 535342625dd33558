import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { CoverageCount } from "@roster/domain/contacts/coverage.ts";
import type { BulkChange } from "@roster/domain/jobs/bulk-change.ts";
import { coverageOf } from "@roster/store/contacts/coverage.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { changeContactsNow } from "../src/bulk/bulk-now.ts";
import { deleteContact, upsertContact } from "../src/contacts/contacts.ts";
import {
  addUpCoverage,
  coverageByField,
  coverageByLocale,
  recountIncomplete,
  recountTenant,
} from "../src/contacts/coverage.ts";
import { undoJob } from "../src/jobs/undo.ts";
import { addSuppressions } from "../src/suppressions/suppressions.ts";
import { type BulkWorld, openBulkWorld, small } from "./bulk-world.ts";

let world: BulkWorld;
beforeAll(async () => {
  world = await openBulkWorld();
});
afterAll(() => world?.close());

const shown = (counts: readonly CoverageCount[]) =>
  counts.map(({ kind, key, type, n }) => `${kind} ${key} ${type}: ${n}`).sort();

/** What is kept, which must equal a count of the contacts in SQL. */
async function expectTrue({ tenantId }: TenantScope): Promise<string[]> {
  const { sql } = world.deps;
  const kept = shown((await coverageOf(sql, tenantId)).counts);
  const counted = await sql<CoverageCount[]>`
    select 'attribute' as kind, a.key, jsonb_typeof(a.value) as type, count(*) as n
    from contacts c, jsonb_each(c.attributes) a where c.tenant_id = ${tenantId} group by 2, 3
    union all select case when locale is null then 'no_locale' else 'locale' end, coalesce(locale, ''),
      case when status = 'active' then 'active' else 'other' end, count(*)
    from contacts where tenant_id = ${tenantId} group by 1, 2, 3
    union all select 'field', f.key, '', count(*)
    from contacts c, lateral (values ('name', name), ('firstName', first_name), ('lastName', last_name), ('phone', phone),
      ('tags', nullif(tags, '{}')::text), ('externalId', external_id), ('locale', locale), ('consent', consent),
      ('source', source)) f (key, value)
    where c.tenant_id = ${tenantId} and f.value is not null group by 2`;
  expect(kept).toEqual(shown(counted));
  return kept;
}

const locale = fc.constantFrom("de", "en", "");
const row = fc.record({
  email: fc.nat(7).map((n) => `p${n}@x.io`),
  locale,
  firstName: fc.constantFrom("", "A"),
  tags: fc.constantFrom("", "vip"),
  plan: fc.constantFrom("", "pro"),
  status: fc.constantFrom("", "unsubscribed", "bounced"),
});
type Act =
  | { kind: "import"; rows: object[] }
  | { kind: "change"; change: BulkChange }
  | { kind: "upsert" | "delete" | "now"; n: number; attributes: object; locale: string }
  | { kind: "suppress"; n: number }
  | { kind: "undo" }
  | { kind: "add up" };
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant("import" as const), rows: fc.array(row, { minLength: 1, maxLength: 6 }) }),
  fc.record({
    kind: fc.constant("change" as const),
    change: fc.constantFrom<BulkChange[]>(
      { action: "unsubscribe" },
      { action: "add_tags", tags: ["x"] },
      { action: "update", patch: { locale: "fr", attributes: { plan: null, seats: 3 } }, resubscribe: false },
    ),
  }),
  fc.record({
    kind: fc.constantFrom("upsert" as const, "delete" as const, "now" as const),
    n: fc.nat(7),
    attributes: fc.dictionary(fc.constantFrom("plan", "seats"), fc.constantFrom(null, 1, "x", [1], { a: 1 })),
    locale,
  }),
  fc.record({ kind: fc.constant("suppress" as const), n: fc.nat(7) }),
  fc.record({ kind: fc.constant("undo" as const) }),
  fc.record({ kind: fc.constant("add up" as const) }),
);

it("whatever writes contacts, coverage equals a count of them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 3, maxLength: 10 }), async (acts) => {
      const scope = await world.tenant("email\np0@x.io\n");
      const jobs: string[] = [];
      for (const act of acts) {
        await play(scope, act, jobs);
        await expectTrue(scope);
      }
      await addUpCoverage(world.deps);
      const added = await expectTrue(scope);
      await recountTenant(world.deps, scope.tenantId);
      expect(await expectTrue(scope)).toEqual(added);
    }),
    { numRuns: 12 },
  );
});

async function play(scope: TenantScope, act: Act, jobs: string[]): Promise<void> {
  const { deps } = world;
  if (act.kind === "import") {
    const file = act.rows.map((row) => JSON.stringify(row)).join("\n");
    const { id } = await world.import(file, { settings: small }, scope);
    jobs.push(id);
  } else if (act.kind === "change") {
    jobs.push((await world.change(scope, { filter: {} }, act.change, small)).id);
  } else if (act.kind === "undo") {
    const last = jobs.pop();
    if (last === undefined) return;
    await world.work((await undoJob(deps, scope, last)).jobId, small, scope);
  } else if (act.kind === "add up") {
    await addUpCoverage(deps);
  } else if (act.kind === "suppress") {
    const emails = [`p${act.n}@x.io`];
    await addSuppressions(deps, scope, { emails, status: "complained", reason: "added" });
  } else {
    const email = `p${act.n}@x.io`;
    const id = (await world.ids(scope)).get(`p${act.n}`);
    if (act.kind === "upsert") {
      await upsertContact(deps, scope, { email, locale: act.locale, attributes: act.attributes as never });
    } else if (id !== undefined && act.kind === "delete") {
      await deleteContact(deps, scope, id);
    } else if (id !== undefined) {
      await changeContactsNow(deps, scope, { ids: [id], change: { action: "delete" } });
    }
  }
}

it("many writers and two who add up at once lose nothing", async () => {
  const scope = await world.tenant("email\np0@x.io\n");
  const write = (n: number) =>
    upsertContact(world.deps, scope, {
      email: `w${n % 15}@x.io`,
      attributes: { [`k${n % 4}`]: n, plan: "x" },
    });
  await Promise.all([
    ...Array.from({ length: 60 }, (_, n) => write(n)),
    ...Array.from({ length: 6 }, () => addUpCoverage(world.deps)),
    recountTenant(world.deps, scope.tenantId),
  ]);
  await addUpCoverage(world.deps);
  await expectTrue(scope);
  const { fields, contacts } = await coverageByField(world.deps, scope);
  expect([contacts, fields.find(({ name }) => name === "metadata.plan")?.contacts]).toEqual([16, 15]);
  const { locales } = await coverageByLocale(world.deps, scope);
  expect(locales).toEqual([{ locale: null, count: 16, optedIn: 16 }]);
});

it("of more names than are counted the first ones are exact, and a recount takes the most frequent ones", async () => {
  const { deps } = world;
  const scope = await world.tenant("email\np0@x.io\n");
  const keys = Array.from({ length: 10_100 }, (_, n) => `k${n}`);
  for (let n = 0; n < keys.length; n += 100) {
    const attributes = Object.fromEntries(keys.slice(n, n + 100).map((key) => [key, 1]));
    await upsertContact(deps, scope, { email: `p${n}@x.io`, attributes });
  }
  await addUpCoverage(deps);
  const custom = async () => {
    const { fields, complete } = await coverageByField(deps, scope);
    return { complete, of: new Map(fields.filter((f) => f.custom).map((f) => [f.name, f.contacts])) };
  };
  const first = await custom();
  expect([first.complete, first.of.size]).toEqual([false, 10_000]);
  const left = keys.find((key) => !first.of.has(`metadata.${key}`))!;
  const kept = keys.find((key) => first.of.has(`metadata.${key}`))!;
  for (const email of ["a@x.io", "b@x.io"]) {
    await upsertContact(deps, scope, { email, attributes: { [left]: 1, [kept]: 1 } });
  }
  const second = await custom();
  expect([second.of.get(`metadata.${left}`), second.of.get(`metadata.${kept}`)]).toEqual([undefined, 3]);
  await addUpCoverage(deps);
  expect((await custom()).of).toEqual(second.of);
  expect(await recountIncomplete(deps)).toBe(1);
  const third = await custom();
  expect([third.complete, third.of.size]).toEqual([false, 10_000]);
  expect([third.of.get(`metadata.${left}`), third.of.get(`metadata.${kept}`)]).toEqual([3, 3]);
  for (const n of [0, 100]) await deleteContact(deps, scope, { email: `p${n}@x.io` });
  await recountIncomplete(deps);
  expect((await custom()).complete).toBe(true);
  await expectTrue(scope);
});
