import { afterAll, beforeAll, expect, test } from "vitest";
import { listContactsAt } from "../src/contacts/contact-list.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

test("a page that cannot be reached in time is refused with the way that is quick everywhere", async () => {
  await world.import("email\na@x.co\nb@x.co\n");
  const { sql } = world.deps;
  const page = () => listContactsAt(world.deps, world.scope, { limit: 1, offset: 1, status: "active" });
  // Slow as a million contacts of whom a filter finds few.
  await sql.begin(async (tx) => {
    await tx`lock table contacts in access exclusive mode`;
    await expect(page()).rejects.toThrow(/offset: .*Go on by `cursor` from page to page/);
  });
  expect((await page()).contacts).toHaveLength(1);
});

test("a list of a status that nobody has is empty without anybody being looked at", async () => {
  const { sql } = world.deps;
  await sql.begin(async (tx) => {
    await tx`lock table contacts in access exclusive mode`;
    const page = await listContactsAt(world.deps, world.scope, { limit: 1, offset: 0, status: "bounced" });
    expect(page).toMatchObject({ contacts: [], total: 0, cursor: null });
  });
});
