import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { upsertContact } from "../src/contacts/contacts.ts";
import { getJob } from "../src/jobs/jobs.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world?.close());

const people = 20_000;
/** Who comes in from elsewhere. */
const met = 11;
const settings = { batchSize: { rows: 500, bytes: 1e9 }, sliceMs: 60_000 };

test("who comes in while an empty tenant's first import runs is found by its later rows, by email and by externalId alone", async () => {
  const { deps, scope } = world;
  const rows = Array.from({ length: people }, (_, n) => `p${n}@example.com,,file\n`);
  const jobId = await world.start(`email,externalId,tags\n${rows.join("")},late,file\n`);
  const work = world.work(jobId, settings);
  while ((await getJob(deps, scope, jobId)).processed === 0) await pause(1);

  const late = { email: `p${people - 1}@example.com`, externalId: "late", tags: ["late"], status: false };
  await upsertContact(deps, scope, late);
  for (let n = people - 2; n > people - 200; n -= 20) {
    await upsertContact(deps, scope, { email: `p${n}@example.com`, tags: ["late"], status: false });
  }
  expect((await getJob(deps, scope, jobId)).processed).toBeLessThan(people - 500);

  expect(await work).toMatchObject({
    state: "completed",
    counters: { created: people - met, updated: met, duplicate: 1, failed: 0 },
  });
  const contacts = await world.contacts();
  expect(contacts).toHaveLength(people);
  const found = contacts.filter(({ tags }) => (tags as string[]).includes("late"));
  expect(found).toHaveLength(met);
  for (const { tags, status } of found) {
    expect(tags).toEqual(["late", "file"]);
    expect(status).toBe("unsubscribed");
  }
}, 60_000);

test("a tenant that grows is measured anew, so that lists of keys are looked up and the tenant is not read from end to end", async () => {
  const [row] = await world.deps.sql<{ n: number }[]>`
    select reltuples::int8 as n from pg_class where oid = 'contacts'::regclass`;
  expect(row!.n).toBeGreaterThanOrEqual(10_000);
});
