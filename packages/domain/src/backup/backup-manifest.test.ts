import { expect, test } from "vitest";
import { partName, schemaDifference } from "./backup-manifest.ts";

const schema = {
  migrations: ["0001_accounts", "0002_contacts"],
  tables: [
    { name: "plans", columns: { name: "text" } },
    { name: "contacts", columns: { id: "uuid", email: "text" } },
  ],
};

test("a backup fits the same tables, in whatever order they and their columns stand", () => {
  const tables = [{ name: "contacts", columns: { email: "text", id: "uuid" } }, schema.tables[0]!];
  expect(schemaDifference({ ...schema, tables }, schema)).toBeNull();
});

test.each([
  ["a migration that it does not know", { migrations: ["0001_accounts"] }, "the migration 0002_contacts"],
  [
    "a migration that is not there",
    { migrations: [...schema.migrations, "0003_jobs"] },
    "the migration 0003_jobs",
  ],
  ["a table that it does not know", { tables: schema.tables.slice(1) }, "the table plans"],
  ["a table too many", { tables: [...schema.tables, { name: "old", columns: {} }] }, "the table old"],
  [
    "a column of another type",
    { tables: [schema.tables[0]!, { name: "contacts", columns: { id: "bigint", email: "text" } }] },
    "the column contacts.id",
  ],
  [
    "a column too many",
    { tables: [schema.tables[0]!, { name: "contacts", columns: { id: "uuid", email: "text", x: "text" } }] },
    "the column contacts.x",
  ],
])("a backup does not fit for %s, which is named", (_, backup, difference) => {
  expect(schemaDifference({ ...schema, ...backup }, schema)).toBe(difference);
});

test("the parts of a table sort by their names", () => {
  const names = [0, 1, 9, 10, 100, 99_999].map((part) => partName("contacts", part));
  expect(names.toSorted()).toEqual(names);
});
