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
  expect([found.code, found.stdout]).toEqual([0, expect.stringMatching(/^1 group\. /m)]);
  const { stdout } = await duplicates("list");
  expect(stdout).toMatch(/^email annb@gmail\.com: 2 contacts\n {2}ann\.b@gmail\.com {2}active {2}\S+\n/);
  expect((await duplicates("list", "--evidence", "phone")).stdout).toContain("no such groups");
  const group = JSON.parse((await duplicates("list", "--json")).stdout);
  expect(group).toMatchObject({ evidence: "email", size: 2 });
});

test("merge makes contacts one, merges lists it, undo takes it back", async () => {
  const duplicates = (...args: string[]) => roster.roster(["duplicates", ...args]);
  const { contacts } = createRosterClient({ url: roster.url, key: roster.key });
  await contacts.create.mutate({ email: "bea@x.co", tags: ["a"] });
  const gone = await contacts.create.mutate({ email: "beate@x.co", externalId: "crm-7", tags: ["b"] });
  const preview = await duplicates("merge", "bea@x.co", "crm-7", "--preview");
  expect(JSON.parse(preview.stdout)).toMatchObject({ email: "bea@x.co", tags: ["a", "b"] });

  const merged = await duplicates("merge", "bea@x.co", "beate@x.co");
  const [, id] = /duplicates undo (\S+)/.exec(merged.stdout) ?? [];
  expect([merged.code, merged.stdout]).toEqual([
    0,
    expect.stringContaining("bea@x.co has taken up beate@x.co."),
  ]);
  expect((await duplicates("merges")).stdout).toMatch(new RegExp(`${id}.*beate@x\\.co.*possible`));
  const timeline = await roster.roster(["contacts", "timeline", "bea@x.co"]);
  expect(timeline.stdout).toMatch(new RegExp(`merged +${gone.id} into `));

  await contacts.update.mutate({ id: { email: "bea@x.co" }, externalId: "crm-8" });
  const undone = await duplicates("undo", id!);
  expect(undone.stdout).toMatch(/^There again: beate@x\.co\.\n {2}externalId: .*stays as it is\.\n$/);
  expect(await contacts.get.query({ id: gone.id })).toMatchObject({ externalId: "crm-7", tags: ["b"] });
  const again = await duplicates("undo", id!);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("undone already")]);
});
