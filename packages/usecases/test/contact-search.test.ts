import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { displayName, type StoredContact } from "@roster/domain/contacts/contact.ts";
import { bulkWrite } from "@roster/domain/contacts/write-policy.ts";
import { searchTerm } from "@roster/domain/search/search-term.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ContactSelection, listContacts, listContactsAt } from "../src/contacts/contact-list.ts";
import { upsertContacts } from "../src/contacts/contact-upserts.ts";
import { deleteContact } from "../src/contacts/contacts.ts";
import { fillSearchIndex } from "../src/search/search-index.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

/** Every contact, newest first, by pages without a search. */
async function everybody(scope: TenantScope): Promise<StoredContact[]> {
  const all: StoredContact[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await listContacts(world.deps, scope, { limit: 100, cursor });
    all.push(...page.contacts);
    if (page.cursor === null) return all;
    cursor = page.cursor;
  }
}

/** Who a search should find: the rule, read off the contacts themselves. */
function wanted(contacts: readonly StoredContact[], selection: ContactSelection): string[] {
  const term = searchTerm((selection.search ?? selection.email)!);
  const holds = (text: string) =>
    term.where === "inside" ? text.includes(term.text) : text.startsWith(term.text);
  return contacts
    .filter((contact) => {
      const name = displayName(contact) ?? "";
      const found = holds(contact.email) || (selection.search !== undefined && holds(name.toLowerCase()));
      return found && (selection.status === undefined || contact.status === selection.status);
    })
    .map(({ id }) => id);
}

const word = fc.stringMatching(/^[abc]{1,5}$/);
const contact = fc.record({
  email: fc.tuple(word, word).map(([a, b]) => `${a}@${b}.co`),
  name: fc.option(word),
});
const step = fc.oneof(
  { weight: 3, arbitrary: fc.array(contact, { minLength: 1, maxLength: 30 }) },
  { weight: 1, arbitrary: fc.constant("fill" as const) },
  { weight: 1, arbitrary: fc.constant("delete" as const) },
);

test("a search finds whom it should, in order and page by page, however far the index has come", async () => {
  let tenants = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 2, maxLength: 8 }),
      fc.array(fc.tuple(fc.stringMatching(/^[ABCabc@.]{2,5}$/), fc.boolean(), fc.boolean()), {
        minLength: 1,
        maxLength: 5,
      }),
      async (steps, searches) => {
        const scope = await world.otherTenant(`search-${++tenants}`);
        for (const next of steps) {
          if (next === "fill") {
            await fillSearchIndex(world.deps, scope.tenantId, undefined, { backlog: 3, segment: 8 });
          } else if (next === "delete") {
            const [first] = await everybody(scope);
            if (first !== undefined) await deleteContact(world.deps, scope, first.id);
          } else {
            await upsertContacts(world.deps, scope, { contacts: next, policy: bulkWrite });
          }
        }
        const all = await everybody(scope);
        for (const [term, inName, onlyActive] of searches) {
          const selection: ContactSelection = {
            ...(inName ? { search: term } : { email: term }),
            ...(onlyActive ? { status: "active" } : {}),
          };
          const ids = wanted(all, selection);
          const found: string[] = [];
          for (let cursor: string | undefined; ; ) {
            const page = await listContacts(world.deps, scope, { ...selection, limit: 3, cursor });
            if (cursor === undefined) expect(page.total).toBe(ids.length);
            found.push(...page.contacts.map(({ id }) => id));
            if (page.cursor === null) break;
            cursor = page.cursor;
          }
          expect(found).toEqual(ids);
          const behind = await listContactsAt(world.deps, scope, { ...selection, limit: 4, offset: 2 });
          expect(behind.contacts.map(({ id }) => id)).toEqual(ids.slice(2, 6));
          expect(behind.total).toBe(ids.length);
        }
      },
    ),
    { numRuns: Number(process.env.SEARCH_RUNS ?? 25) },
  );
}, 120_000);
