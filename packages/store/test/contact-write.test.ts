import type { Contact } from "@roster/domain/contacts/contact.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { insertContacts } from "../src/contacts/contact-write.ts";
import { openStore, type Sql } from "../src/open.ts";
import { createTestDatabase, type TestDatabase } from "../src/testing.ts";

const tenantId = "01890a5d-ac96-7000-8000-000000000000";

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = openStore(database.url);
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

/** So many that they go by COPY. */
function people(prefix: string, howMany = 500): Contact[] {
  const blank = { externalId: null, name: null, firstName: null, lastName: null, phone: null, locale: null };
  return Array.from({ length: howMany }, (_, n) => ({
    ...blank,
    id: crypto.randomUUID(),
    email: `${prefix}${n}@x.io`,
    tags: [],
    attributes: {},
    status: "active",
    consent: null,
    source: null,
    version: 1,
    createdJob: null,
  }));
}

const insert = (contacts: Contact[]) => sql.begin((tx) => insertContacts(tx, tenantId, contacts));

test("many contacts of which one has a taken email are refused as a whole, with Postgres' own code", async () => {
  await insert(people("taken", 1));
  const mixed = [...people("free"), ...people("taken", 1)];
  await expect(insert(mixed)).rejects.toMatchObject({ code: "23505", constraint_name: "contacts_email" });
  await insert(people("free"));
});
