import type { Contact } from "@roster/domain/contacts/contact.ts";
import { KeyedSort, sortOrder } from "@roster/domain/contacts/contact-sort.ts";
import type { SegmentCondition } from "@roster/domain/segments/segment-condition.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { insertContacts } from "../src/contacts/contact-write.ts";
import { openStore, type Sql } from "../src/open.ts";
import { readSegment, segmentMemberPage } from "../src/segments/segment-members.ts";
import { createTestDatabase, type TestDatabase } from "../src/testing.ts";

const tenantId = "01890a5d-ac96-7000-8000-000000000000";
const otherTenantId = "01890a5d-ac96-7000-8000-000000000001";
const contacts = 40;

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = openStore(database.url);
  await sql.begin(async (tx) => {
    for (const tenant of [tenantId, otherTenantId]) {
      await insertContacts(
        tx,
        tenant,
        Array.from({ length: contacts }, (_, n) => contactOf(n)),
      );
    }
    // Those who opened are not those with a tag, nor all others.
    await tx`
      insert into engagement (tenant_id, contact_id, opened)
      select tenant_id, id, 1 from contacts where number % 3 = 0`;
  });
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
});

/** Emails in another order than ids. */
const contactOf = (n: number): Contact => ({
  id: `01890a5d-ac96-7000-8000-0000000${String(n).padStart(5, "0")}`,
  email: `p${(n * 7) % contacts}@x.io`,
  externalId: null,
  name: null,
  firstName: null,
  lastName: null,
  phone: null,
  locale: null,
  tags: n % 2 === 0 ? ["even"] : [],
  attributes: {},
  status: "active",
  consent: null,
  source: null,
  version: 1,
  createdJob: null,
});

const tagged: SegmentCondition = { test: "tags", how: "is", any: ["even"] };
const opened: SegmentCondition = { test: "number", of: { field: "opened" }, how: "above", any: [0] };

describe.each<[string, SegmentCondition]>([
  ["by the contacts alone", tagged],
  ["by their sums", opened],
  ["of nobody", { any: [] }],
])("pages of a segment %s", (_what, segment) => {
  test.each(KeyedSort.options)(
    "in the order %s are its contacts once, wherever the looking changes",
    async (sort) => {
      const { key } = sortOrder[sort];
      const walk = async (limit: number, looked: number) => {
        const found: string[] = [];
        for (let behind: string | undefined; ; ) {
          const page = await readSegment(sql, 5000, (tx) =>
            segmentMemberPage(tx, tenantId, { segment, limit, sort, behind }, looked),
          );
          expect(page.length).toBeLessThanOrEqual(limit + 1);
          found.push(...page.slice(0, limit).map((contact) => contact[key]));
          if (page.length <= limit) return found;
          behind = page[limit - 1]![key];
        }
      };
      const all = await walk(contacts, contacts);
      expect(all).toEqual(sort.startsWith("-") ? all.toSorted().reverse() : all.toSorted());
      for (const limit of [1, 3, 19, 20, 21]) {
        for (const looked of [1, 2, 7, 39, 40])
          expect([limit, looked, await walk(limit, looked)]).toEqual([limit, looked, all]);
      }
    },
  );
});

test("a segment's statements are planned by themselves, and what is set for them ends with them", async () => {
  const mode = async (db: Pick<Sql, "unsafe">) => {
    const [row] = await db.unsafe("select current_setting('plan_cache_mode') as mode");
    return row!.mode;
  };
  await sql.begin(async (tx) => {
    expect(await readSegment(tx, 5000, mode)).toBe("force_custom_plan");
    expect(await mode(tx)).toBe("auto");
  });
  expect(await readSegment(sql, 5000, mode)).toBe("force_custom_plan");
  expect(await mode(sql)).toBe("auto");
});
