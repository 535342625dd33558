import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { upsertContact } from "../src/contacts/contacts.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

const people = 3000;
const csv = (order: number[], tag: string) =>
  `email,tags\n${order.map((n) => `p${n}@example.com,${tag}\n`).join("")}`;

test("imports of the same contacts in opposite orders all get through, while these contacts are changed one by one without a pause", async () => {
  const everybody = Array.from({ length: people }, (_, n) => n);
  await world.import(csv(everybody, "base"));
  let over = false;
  const left = new Set<string>();
  const leave = async (stride: number) => {
    for (let n = 0; !over; n = (n + stride) % people) {
      const email = `p${n}@example.com`;
      await upsertContact(world.deps, world.scope, { email, status: false });
      left.add(email);
      await pause(1);
    }
  };
  const leaving = [leave(7), leave(11)];
  const jobs = await Promise.all([
    world.import(csv(everybody, "forward")),
    world.import(csv(everybody.toReversed(), "backward")),
  ]).finally(() => {
    over = true;
  });
  await Promise.all(leaving);

  for (const job of jobs) expect(job).toMatchObject({ state: "completed", processed: people });
  const contacts = await world.contacts();
  expect(contacts).toHaveLength(people);
  for (const { email, tags, status } of contacts) {
    expect([...(tags as string[])].sort()).toEqual(["backward", "base", "forward"]);
    expect(status).toBe(left.has(email as string) ? "unsubscribed" : "active");
  }
  expect(left.size).toBeGreaterThan(4);
}, 60_000);
