import { inside } from "@roster/store/open.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inTime } from "../src/segments/segment-evaluation.ts";
import { createSegment } from "../src/segments/segments.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

test("a segment whose contacts take too long to find is refused with a word of what to do", async () => {
  await expect(
    inTime(world.deps, (tx) => tx`select pg_sleep(20)`, { field: "filter", limitMs: 50 }),
  ).rejects.toThrow(/^filter: Finding these contacts takes longer than the 0.05 s .*Ask for less/);
});

test("inside a request that is answered once as well, and what it did before is kept", async () => {
  await world.deps.sql.begin(async (tx) => {
    const deps = { ...world.deps, sql: inside(tx) };
    const filter = { operator: "AND", rules: [{ field: "name", operator: "is_empty" }] } as const;
    await createSegment(deps, world.scope, { name: "kept", filter });
    await expect(
      inTime(deps, (part) => part`select pg_sleep(20)`, { field: "id", limitMs: 50 }),
    ).rejects.toThrow(/too|longer/);
  });
  expect(await world.deps.sql`select name, contact_count from segments`).toEqual([
    { name: "kept", contactCount: 0 },
  ]);
});
