import { afterAll, beforeAll, expect, test } from "vitest";
import { upsertContact } from "../src/contacts/contacts.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

const people = Array.from({ length: 60 }, (_, n) => `p${n}@example.com`);
const settings = { batchSize: { rows: 20, bytes: 1e6 }, sliceMs: 60_000 };

async function importIn(tenant: string, file: string, policy = {}) {
  const scope = await world.otherTenant(tenant);
  const again = () => world.import(file, { policy, settings }, scope);
  return { scope, first: await again(), again };
}

/** Who carries the mark of a row: whom a second import of it does not read. */
async function marked(tenantId: string): Promise<number> {
  const { sql } = world.deps;
  const [row] = await sql<{ n: number }[]>`
    select count(*) as n from contacts where tenant_id = ${tenantId} and row_mark is not null`;
  return row!.n;
}

test("who was changed since by a request gets again what the file says; everybody else is unchanged", async () => {
  const file = `email,firstName\n${people.map((email) => `${email},Ana\n`).join("")}`;
  const { scope, first, again } = await importIn("changed", file);
  expect(first.counters.created).toBe(60);
  expect(await marked(scope.tenantId)).toBe(60);
  await upsertContact(world.deps, scope, { email: "p7@example.com", firstName: "Bo" });
  await upsertContact(world.deps, scope, { email: "p8@example.com", tags: ["vip"] });
  expect(await marked(scope.tenantId)).toBe(58);

  expect((await again()).counters).toMatchObject({ updated: 1, unchanged: 59 });
  expect((await again()).counters).toMatchObject({ updated: 0, unchanged: 60 });
  const found = (await world.contacts(scope)).filter(({ firstName }) => firstName !== "Ana");
  expect(found).toEqual([]);
});

test("whoever left since stays away, and the report of the same file says so each time", async () => {
  const file = `email,status\n${people.map((email) => `${email},active\n`).join("")}`;
  const { scope, again } = await importIn("left", file);
  await upsertContact(world.deps, scope, { email: "p3@example.com", status: "unsubscribed" });
  for (const job of [await again(), await again()]) {
    expect(job.counters.unchanged).toBe(60);
    expect(job.reasons).toEqual({ kept_unsubscribed: 1 });
  }
});

test("the same rows under other choices or other columns are played through again", async () => {
  const rows = people.map((email) => `${email},Ana\n`).join("");
  const { scope } = await importIn("choices", `email,firstName\n${rows}`);
  const tagged = await world.import(
    `email,firstName\n${rows}`,
    { policy: { tags: ["june"] }, settings },
    scope,
  );
  expect(tagged.counters.updated).toBe(60);
  const other = await world.import(`email,lastName\n${rows}`, { settings }, scope);
  expect(other.counters.updated).toBe(60);
});

test("a row of a settled contact and a row that reaches it by its externalId are one hit and one duplicate", async () => {
  const { scope, first } = await importIn(
    "reached",
    "email,externalId,firstName\na@x.co,7,Ana\nb@x.co,,Bo\n",
  );
  expect(first.counters.created).toBe(2);
  const file = "email,externalId,firstName\na@x.co,7,Ana\n,7,Cy\nb@x.co,,Bo\n";
  expect((await world.import(file, { settings }, scope)).counters).toMatchObject({
    unchanged: 2,
    duplicate: 1,
  });
});
