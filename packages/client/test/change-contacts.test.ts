import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "../../../apps/cli/test/running-roster.ts";
import {
  type ContactChange,
  createRosterClient,
  type Job,
  type RosterClient,
  type WhichContacts,
} from "../src/client.ts";

let roster: RunningRoster;
let client: RosterClient;
let id: string;

beforeAll(async () => {
  roster = await startRoster();
  client = createRosterClient({ url: roster.url, key: roster.key });
  id = (await client.contacts.upsert.mutate({ email: "ann@example.org" })).contact.id;
});
afterAll(() => roster?.close());

async function changed(which: WhichContacts, change: ContactChange): Promise<Job> {
  const { jobId } = await client.changeContacts(which, change, { name: "a change" });
  let last: Job | null = null;
  for await (const job of client.watchJob(jobId)) last = job;
  return last!;
}

test("contacts are changed by ids, by more ids than fit in a call, by a file of ids and by a filter", async () => {
  const many = [...Array.from({ length: 12_000 }, (_, n) => `no\nbody ${n}`), id];
  const ways: [WhichContacts, object][] = [
    [{ ids: [id] }, { updated: 1, failed: 0 }],
    [{ ids: many }, { updated: 1, failed: 12_000 }],
    [{ idsFile: new Blob([`${id}\n`]) }, { updated: 1, failed: 0 }],
    [
      { filter: { search: "ann@" }, excludeIds: ["nobody"] },
      { updated: 1, failed: 0 },
    ],
    [
      { filter: {}, excludeIds: [id] },
      { updated: 0, failed: 0 },
    ],
  ];
  for (const [n, [which, counters]] of ways.entries()) {
    const job = await changed(which, { action: "add_tags", tags: [`tag-${n}`] });
    expect(job).toMatchObject({ kind: "bulk", name: "a change", state: "completed", counters });
  }
  const { tags } = await client.contacts.get.query({ id });
  expect(tags).toEqual(["tag-0", "tag-1", "tag-2", "tag-3"]);
});

test("a change whose answer is lost is asked for again, and is one job", async () => {
  let lost = 0;
  const flaky = createRosterClient({
    url: roster.url,
    key: roster.key,
    async fetch(address, init) {
      const response = await fetch(address, init);
      if (!String(address).includes("contacts.bulk") || ++lost > 1) return response;
      await response.arrayBuffer();
      throw new TypeError("fetch failed");
    },
  });
  const before = await client.jobs.list.query({ kind: "bulk" });
  await flaky.changeContacts({ ids: [id] }, { action: "unsubscribe" });
  const after = await client.jobs.list.query({ kind: "bulk" });
  expect([lost, after.jobs.length]).toEqual([2, before.jobs.length + 1]);
});
