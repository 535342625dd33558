import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import type { ScoreSort } from "@roster/domain/contacts/contact-sort.ts";
import { type Tier, tierOf } from "@roster/domain/scores/score.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBulkChange } from "../src/bulk/bulk.ts";
import { exportContactsPage } from "../src/contacts/contact-export.ts";
import { type ContactSelection, listContacts, listContactsAt } from "../src/contacts/contact-list.ts";
import { fillSearchIndex } from "../src/search/search-index.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
let scope: TenantScope;
/** Everybody, oldest first. */
let all: StoredContact[];

beforeAll(async () => {
  world = await openImportWorld();
  scope = await world.otherTenant("scored");
  const lines = Array.from({ length: 60 }, (_, n) => `person${n}@${n % 3 ? "x" : "why"}.io`);
  await world.import(`email\n${lines.join("\n")}\n`, {}, scope);
  // Two of three have events; many share a score, also that of those who have none.
  await world.deps.sql`
    insert into engagement (tenant_id, contact_id, score, tier)
    select tenant_id, id, s, '-' from (
      select tenant_id, id, (array[0, 19, 20, 49, 50, 50, 51, 59, 60, 80, 100])[n % 11 + 1] as s
      from (select tenant_id, id, row_number() over (order by id) as n from contacts where tenant_id = ${scope.tenantId}) c
      where n % 3 > 0
    ) t`;
  all = (await listContacts(world.deps, scope, { limit: 100, sort: "createdAt" })).contacts;
});
afterAll(() => world?.close());

const emails = (contacts: readonly StoredContact[]) => contacts.map(({ email }) => email);

/** What the list has to be, by the domain's rules alone. */
function expected(sort: ScoreSort, wanted: (contact: StoredContact) => boolean = () => true): string[] {
  const upwards = all.filter(wanted).sort((a, b) => a.score - b.score || (a.id < b.id ? -1 : 1));
  return emails(sort === "score" ? upwards : upwards.toReversed());
}

async function walked(sort: ScoreSort, selection: ContactSelection = {}): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listContacts(world.deps, scope, { ...selection, sort, limit: 7, cursor });
    found.push(...emails(page.contacts));
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

describe.each(["score", "-score"] as const)("a list in the order %s", (sort) => {
  it("has everybody once, those without events at their score, whoever walks by the cursor or by pages", async () => {
    expect(new Set(all.map(({ score }) => score)).size).toBe(10);
    expect(await walked(sort)).toEqual(expected(sort));
    const byPages: string[] = [];
    for (let offset = 0; offset < 70; offset += 10) {
      const page = await listContactsAt(world.deps, scope, { sort, limit: 10, offset });
      expect(page.total).toBe(60);
      byPages.push(...emails(page.contacts));
    }
    expect(byPages).toEqual(expected(sort));
  });

  it("with a search, before there is an index and through it", async () => {
    const wanted = ({ email }: StoredContact) => email.includes("@why");
    expect(await walked(sort, { search: "@why" })).toEqual(expected(sort, wanted));
    await fillSearchIndex(world.deps, scope.tenantId, undefined, { backlog: 0, segment: 100 });
    expect(await walked(sort, { search: "@why" })).toEqual(expected(sort, wanted));
  });
});

describe("a filter by tier and score", () => {
  it.each<[{ tier?: Tier[]; minScore?: number }]>([
    [{ tier: ["champion"] }],
    [{ tier: ["potential"] }],
    [{ tier: ["champion", "dormant"] }],
    [{ minScore: 50 }],
    [{ minScore: 51 }],
    [{ minScore: 0 }],
    [{ tier: ["potential", "at_risk"], minScore: 50 }],
    [{ tier: ["dormant"], minScore: 50 }],
  ])("%j finds those alone, in every order, in the export and in a change of all of them", async (filter) => {
    const wanted = ({ score }: StoredContact) =>
      score >= (filter.minScore ?? 0) && (filter.tier?.includes(tierOf(score)) ?? true);
    const found = emails(all.filter(wanted));
    expect(await walked("-score", filter)).toEqual(expected("-score", wanted));
    const list = await listContactsAt(world.deps, scope, {
      ...filter,
      limit: 100,
      offset: 0,
      sort: "createdAt",
    });
    expect([emails(list.contacts), list.total]).toEqual([found, found.length]);
    const exported = await exportContactsPage(world.deps, scope, { ...filter, limit: 100 });
    expect(emails(exported.contacts).toReversed()).toEqual(found);
    const { jobId } = await startBulkChange(world.deps, scope, {
      subjects: { filter },
      change: { action: "add_tags", tags: [JSON.stringify(filter).slice(0, 40)] },
      name: null,
    });
    expect((await world.work(jobId, {}, scope)).counters.updated).toBe(found.length);
  });
});
