import { createRosterClient, type RosterClient } from "@roster/client/client.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
let client: RosterClient;
beforeAll(async () => {
  roster = await startRoster();
  client = createRosterClient({ url: roster.url, key: roster.key });
  await client.contacts.create.mutate({ email: "ann@x.co", tags: ["vip"] });
  await client.contacts.create.mutate({ email: "bob@x.co" });
});
afterAll(() => roster?.close());

const lists = (...args: string[]) => roster.roster(["lists", ...args]);
const emailsOn = async (slug: string) => {
  const { id: listId } = await client.lists.get.query({ id: { slug } });
  const { contacts } = await client.contacts.list.query({ listId });
  return contacts.map(({ email }) => email).sort();
};

test("a list is made, and filled by flags and by a file", async () => {
  expect((await lists("create", "Spring fair")).stdout).toMatch(/^spring-fair: Spring fair, 0 contacts \(/);
  expect(await lists("add", "spring-fair", "--with-tag", "vip")).toMatchObject({ code: 0 });
  const file = roster.file("visitors.csv", "email\nbob@x.co\nnew@x.co\n");
  expect(await roster.roster(["import", file, "--list", "Spring fair"])).toMatchObject({ code: 0 });
  expect(await emailsOn("spring-fair")).toEqual(["ann@x.co", "bob@x.co", "new@x.co"]);
});

test("its contacts are shown and exported, and others are taken off by it", async () => {
  expect((await lists("duplicate", "spring-fair", "Fairs")).stdout).toMatch(/^fairs: Fairs, 3 contacts/);
  expect((await lists("rename", "Fairs", "All fairs")).stdout).toMatch(/^fairs: All fairs, 3 contacts/);
  await lists("remove", "fairs", "--list", "spring-fair", "--with-tag", "vip");
  expect(await emailsOn("fairs")).toEqual(["bob@x.co", "new@x.co"]);
  const exported = await roster.roster(["contacts", "export", "--list", "fairs", "--quiet"]);
  expect(exported.stdout.trim().split("\n")).toHaveLength(3);
  const { stdout } = await roster.roster(["contacts", "list", "--list", "All fairs"]);
  expect(stdout).toMatch(/new@x\.co[\s\S]*bob@x\.co/);
});

test("all lists are shown, and deleted for good where that is meant", async () => {
  expect((await lists("list")).stdout).toMatch(/fairs +All fairs +2 [\s\S]*spring-fair +Spring fair +3 /);
  expect((await lists("delete", "fairs", "Spring fair", "--yes")).stdout).toMatch(/^Deleted 2 lists\. /);
  const gone = await lists("delete", "fairs", "--yes");
  expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining("There is no list fairs.")]);
});
