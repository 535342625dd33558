import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "../../../apps/cli/test/running-roster.ts";
import { type Contact, createRosterClient, type RosterClient } from "../src/client.ts";

let roster: RunningRoster;
let client: RosterClient;
beforeAll(async () => {
  roster = await startRoster({ worker: false });
  client = createRosterClient({ url: roster.url, key: roster.key });
});
afterAll(() => roster?.close());

test("a copy is kept by the pages: up to now, later from the cursor, and waiting for what comes", async () => {
  const copy = new Map<string, Contact>();
  let cursor: string | undefined;
  const apply = (page: Awaited<ReturnType<RosterClient["contacts"]["changes"]["query"]>>) => {
    if (page.reset) copy.clear();
    for (const change of page.changes) {
      if (change.type === "deleted") copy.delete(change.id);
      else copy.set(change.contact.id, change.contact);
    }
    ({ cursor } = page);
  };
  const emails = () => [...copy.values()].map(({ email }) => email);

  for (let n = 0; n < 5; n++) await client.contacts.create.mutate({ email: `p${n}@x.co` });
  await roster.feedSettled();
  let pages = 0;
  for await (const page of client.contactChanges({ limit: 2 })) {
    apply(page);
    pages++;
  }
  expect([pages, emails()]).toEqual([3, ["p0@x.co", "p1@x.co", "p2@x.co", "p3@x.co", "p4@x.co"]]);

  await client.contacts.delete.mutate({ id: { email: "p1@x.co" } });
  await client.contacts.create.mutate({ email: "p5@x.co" });
  await roster.feedSettled();
  for await (const page of client.contactChanges(cursor === undefined ? {} : { cursor })) apply(page);
  expect(emails()).toEqual(["p0@x.co", "p2@x.co", "p3@x.co", "p4@x.co", "p5@x.co"]);

  const left = new AbortController();
  const waiting = (async () => {
    const options = { follow: true, pauseMs: 10, signal: left.signal, cursor: cursor! };
    for await (const page of client.contactChanges(options)) {
      apply(page);
      if (emails().includes("p6@x.co")) left.abort();
    }
  })();
  await client.contacts.create.mutate({ email: "p6@x.co" });
  await waiting;
});
