import { afterAll, beforeAll, expect, test } from "vitest";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

const people = 30;
const csv = (name: string) =>
  `email,externalId,firstName,status\n${Array.from(
    { length: people },
    (_, n) => `p${n}@example.com,x${n},${name},${n % 3 === 0 ? "unsubscribed" : ""}\n`,
  ).join("")}`;

test("two tenants that import the same people have each their own: neither reads nor changes the other's", async () => {
  const theirs = await world.otherTenant("theirs");
  const first = await world.import(csv("Ours"));
  const before = await world.contacts();

  const second = await world.import(csv("Theirs"), {}, theirs);
  expect(second.counters).toEqual(first.counters);
  expect(second.counters).toMatchObject({ created: people });
  expect((await world.contacts(theirs)).map((contact) => contact.firstName)).toEqual(
    Array(people).fill("Theirs"),
  );
  expect(await world.contacts()).toEqual(before);

  const again = await world.import(csv("Ours"));
  expect(again.counters).toMatchObject({ created: 0, unchanged: people });
  expect(await world.contacts()).toEqual(before);

  // What they have is of no consequence to a row of ours that says the same.
  const changed = await world.import(csv("Theirs"));
  expect(changed.counters).toMatchObject({ created: 0, updated: people });
  expect(await world.contacts()).toEqual(await world.contacts(theirs).then((all) => all.map(atVersion(2))));
});

const atVersion = (version: number) => (contact: Record<string, unknown>) => ({ ...contact, version });
