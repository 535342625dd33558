import { createRosterClient, type RosterClient } from "@roster/client/client.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
let client: RosterClient;
beforeAll(async () => {
  roster = await startRoster();
  client = createRosterClient({ url: roster.url, key: roster.key });
  for (const email of ["ann@x.co", "bob@x.co"]) {
    await client.contacts.create.mutate({
      email,
      attributes: { plan: email === "ann@x.co" ? "pro" : "free" },
    });
  }
  await client.recordEvents(
    ["ann@x.co", "bob@x.co"].map((email) => ({ id: email, type: "opened", email, campaignId: "spring" })),
  );
});
afterAll(() => roster?.close());

const scoring = (...args: string[]) => roster.roster(["scoring", ...args]);
/** Ann's and Bob's, as they are at this moment. */
async function scores() {
  const { contacts } = await client.contacts.list.query({ sort: "email" });
  return Promise.all(contacts.map(async ({ id }) => (await client.contacts.score.query({ id })).score));
}

test("a rule is made of flags and switched off, and it is said what computes the scores", async () => {
  expect((await scoring("list")).stdout).toMatch(/^There are no rules\. .*scoring create --help\n$/);
  const [ann, bob] = (await scores()) as [number, number];
  const made = await scoring(
    ...["create", "Pros read", "--event", "opened", "--points", "-7", "--campaign", "spring"],
    ...["--within-days", "30", "--attribute", "plan=pro", "--attribute", "plan=team", "--priority", "2"],
  );
  expect([made.code, made.stderr]).toEqual([0, ""]);
  expect(made.stdout).toMatch(
    /^Pros read: -7 for opened, if campaignId equals spring, within 30 days, metadata\.plan in pro or team \(.+\)\nScores .* jobs show .+\n$/,
  );
  expect(await scores()).toEqual([ann - 7, bob]);
  expect((await scoring("list")).stdout).toMatch(
    /\nPros read +on +2 +opened +-7 +campaignId equals spring, /,
  );

  const off = await scoring("disable", "Pros read");
  expect([off.code, off.stdout]).toEqual([0, expect.stringMatching(/^Pros read \(off\): /)]);
  expect(await scores()).toEqual([ann, bob]);
  const again = await scoring("disable", "Pros read");
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining("No score changes by it.")]);
});

test("a rule is changed, shown and deleted", async () => {
  const [ann, bob] = (await scores()) as [number, number];
  const json = JSON.parse((await scoring("update", "Pros read", "--no-condition", "--json")).stdout);
  expect(json).toMatchObject({ rule: { condition: {}, isActive: false, priority: 2 }, rescoreJobId: null });
  await scoring("update", json.rule.id, "--name", "All read", "--points", "5", "--description", "why");
  expect((await scoring("show", "All read")).stdout).toMatch(
    /^All read\n {2}id +.+\n {2}state +off\n {2}event +opened\n {2}points +\+5\n {2}if +–\n {2}priority +2\n {2}description +why\n/,
  );
  expect((await scoring("enable", "All read")).code).toBe(0);
  expect(await scores()).toEqual([ann + 5, bob + 5]);
  const gone = await scoring("delete", "All read");
  expect([gone.code, gone.stdout]).toEqual([
    0,
    expect.stringMatching(/^The rule All read is gone\. Scores /),
  ]);
  expect(await scores()).toEqual([ann, bob]);
});

test("a rule comes out of a file, over which flags win; of two with one name none is meant", async () => {
  const rule = { name: "Large", eventType: "clicked", condition: { "metadata.seats": { greater_than: 9 } } };
  const file = roster.file("rule.json", JSON.stringify({ ...rule, scoreDelta: 1 }));
  const made = await scoring("create", "--file", file, "--points", "20", "--off", "--json");
  expect(JSON.parse(made.stdout).rule).toMatchObject({ ...rule, scoreDelta: 20, isActive: false });
  await scoring("create", "--file", file);
  const { code, stderr } = await scoring("show", "Large");
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^2 rules are called Large\. Name one by its id: /),
  ]);
});

test("a rule that could never match is refused, and the part is named", async () => {
  const condition = { "metadata.seats": { greater_than: 9, less_than: 5 } };
  const file = roster.file("never.json", JSON.stringify({ condition }));
  const never = await scoring("create", "Never", "--event", "opened", "--points", "1", "--file", file);
  expect([never.code, never.stdout]).toEqual([1, ""]);
  expect(never.stderr).toMatch(
    /^condition\.metadata\.seats: .*no number is greater than 9 and less than 5\.\n$/,
  );
  const unknown = await scoring("delete", "Never");
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringMatching(/^There is no rule Never\./)]);
});

test("a rescore is followed to its end", async () => {
  const { code, stdout } = await scoring("rescore");
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^Rescore: completed [\s\S]* contacts in all +2\n$/),
  ]);
  const job = JSON.parse((await scoring("rescore", "--json")).stdout);
  expect(job).toMatchObject({ kind: "rescore", state: "completed", processed: 2 });
});
