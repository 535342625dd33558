import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { storedContactColumns } from "../src/contacts/contact-row.ts";
import { packedContacts } from "../src/contacts/packed-contacts.ts";
import { openStore, type Sql } from "../src/open.ts";
import { createTestDatabase } from "../src/testing.ts";

const tenantId = "018f0000-0000-7000-8000-000000000001";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = openStore(database.url, { max: 1 });
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
});

const text = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom('"', "\\", ",", "{", "}", "\x1d", "\x1e", "\x1f", "\n", " ", "é"),
      fc.string(),
    ),
  })
  .map((t) => t.replaceAll("\0", "").toWellFormed());

test("packed contacts are those that rows give, whatever stands in them", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          name: fc.option(text),
          source: fc.option(text),
          tags: fc.array(
            text.filter((t) => t !== ""),
            { maxLength: 5 },
          ),
          attributes: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null))),
          at: fc.constantFrom(
            "2026-11-21 11:57:56.123456+00",
            "2026-11-21 11:57:56+00",
            "2024-02-29 23:59:59.9+00",
            "1999-12-31 23:00:00.000999-03",
          ),
        }),
        { maxLength: 4 },
      ),
      fc.constantFrom("UTC", "Asia/Kolkata"),
      async (contacts, zone) => {
        await sql`truncate contacts`;
        await sql`select set_config('timezone', ${zone}, false)`;
        for (const [i, { name, source, tags, attributes, at }] of contacts.entries()) {
          await sql`
            insert into contacts (tenant_id, id, email, name, source, tags, attributes, status, created_at)
            values (${tenantId}, ${tenantId.slice(0, -1) + i}, ${`${i}@x.co`}, ${name}, ${source}, ${tags},
              ${sql.json(attributes as never)}, 'active', ${at}::timestamptz)`;
        }
        const rows = await sql<
          StoredContact[]
        >`select ${storedContactColumns(sql)} from contacts c order by c.id desc`;
        expect(await packedContacts(sql, sql`select * from contacts c order by c.id desc`)).toEqual([
          ...rows,
        ]);
      },
    ),
    { numRuns: 60 },
  );
});
