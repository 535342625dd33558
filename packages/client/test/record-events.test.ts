import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "../../../apps/cli/test/running-roster.ts";
import { createRosterClient, type MailEvent } from "../src/client.ts";

let roster: RunningRoster;
beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster?.close());

test("any number of events are recorded, and counted once although an answer is lost", async () => {
  let requests = 0;
  const client = createRosterClient({
    url: roster.url,
    key: roster.key,
    fetch: async (address, init) => {
      const answer = await fetch(address, init);
      // The first answer never arrives; what it was about has been done.
      if (String(address).includes("events.record") && requests++ === 0)
        throw new TypeError("connection lost");
      return answer;
    },
  });
  await client.contacts.upsert.mutate({ email: "ann@example.org" });
  const events: MailEvent[] = Array.from({ length: 1500 }, (_, n) => ({
    type: "opened",
    email: n === 1200 ? "nobody@example.org" : "ann@example.org",
  }));
  const told = await client.recordEvents(events);
  expect(told).toMatchObject({ accepted: 1499, duplicate: 0, failed: 1 });
  expect(told.errors).toMatchObject([{ index: 1200, code: "contact_unknown" }]);
  expect(requests).toBe(3);
  const view = await client.engagement.get.query({ id: { email: "ann@example.org" } });
  expect(view.sends[0]!.opened).toBe(1499);
});
