import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listContacts } from "../src/contacts/contact-list.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const file = readFileSync(join(fixtures, "crm-export.csv"));
const expected = JSON.parse(readFileSync(join(fixtures, "crm-export.expected.json"), "utf8"));

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

const tableState = () => world.deps.sql`
  select id, xmin::text, ctid::text, version, updated_at, feed_xid from contacts order by id`;

test("a CRM's export gives exactly the figures that its rows deserve, and a second import touches only what the file itself contradicts", async () => {
  const first = await world.import(file);
  expect(first.state).toBe("completed");
  expect(first.counters).toMatchObject({
    created: expected.created,
    updated: 0,
    unchanged: 0,
    duplicate: expected.duplicate,
    skipped: 0,
    failed: expected.failed,
  });
  expect(first.processed).toBe(expected.rows);
  expect(first.total).toBe(expected.rows);
  const failures = await world.failures(first.id);
  expect(failures.map((failure) => failure.row)).toEqual(expected.failedRows);
  expect(failures.every((failure) => failure.message !== "" && failure.field === "email")).toBe(true);
  const page = await listContacts(world.deps, world.scope, { limit: 1 });
  expect(page.total).toBe(expected.distinctContacts);

  const before = await tableState();
  const contacts = await world.contacts();
  const second = await world.import(file);
  expect(second.counters.created).toBe(0);
  expect(second.counters.failed).toBe(expected.failed);
  expect(second.counters.duplicate).toBe(expected.duplicate);
  expect(second.counters.updated + second.counters.unchanged).toBe(expected.distinctContacts);
  expect((await world.failures(second.id)).map((failure) => failure.row)).toEqual(expected.failedRows);

  const after = await tableState();
  const touched = new Set(
    after.filter((row, i) => JSON.stringify(row) !== JSON.stringify(before[i])).map((row) => row.id),
  );
  expect(touched.size).toBe(second.counters.updated);
  expect(second.counters.updated).toBeLessThanOrEqual(expected.duplicate);
  const withoutVersion = (rows: Record<string, unknown>[]) => rows.map(({ version, ...rest }) => rest);
  expect(withoutVersion(await world.contacts())).toEqual(withoutVersion(contacts));
});
