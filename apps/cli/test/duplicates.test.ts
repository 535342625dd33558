import { createRosterClient } from "@roster/client/client.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster?.close());

test("find compares all contacts and says how many groups there are; list shows them", async () => {
  const duplicates = (...args: string[]) => roster.roster(["duplicates", ...args]);
  expect((await duplicates("list")).stdout).toContain("There was no search yet.");
  const { contacts } = createRosterClient({ url: roster.url, key: roster.key });
  for (const email of ["ann.b@gmail.com", "annb@gmail.com"]) await contacts.create.mutate({ email });
  const found = await duplicates("find");
  expect([found.code, found.stdout]).toEqual([0, expect.stringContaining("1 groups.")]);
  const { stdout } = await duplicates("list");
  expect(stdout).toMatch(/^email annb@gmail\.com: 2 contacts\n {2}ann\.b@gmail\.com {2}active {2}\S+\n/);
  expect((await duplicates("list", "--evidence", "phone")).stdout).toContain("no such groups");
  const group = JSON.parse((await duplicates("list", "--json")).stdout);
  expect(group).toMatchObject({ evidence: "email", size: 2 });
});
