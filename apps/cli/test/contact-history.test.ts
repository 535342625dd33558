import { readFileSync, statSync } from "node:fs";
import { createRosterClient } from "@roster/client/client.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
beforeAll(async () => {
  roster = await startRoster();
  const client = createRosterClient({ url: roster.url, key: roster.key });
  const ann = { email: "ann@x.co", externalId: "crm-1", source: "fair", locale: "de" };
  await client.contacts.create.mutate({ ...ann, attributes: { plan: "pro", age: 7 } });
  await client.contacts.create.mutate({ email: "bob@x.co", attributes: { age: "seven" } });
  const hour = 3_600_000;
  const spring = { email: "ann@x.co", campaignId: "s", campaignName: "Spring \u001b[31mletter" };
  await client.recordEvents([
    { ...spring, id: "1", type: "sent", at: new Date(Date.now() - 60 * hour).toISOString() },
    { ...spring, id: "2", type: "opened", at: new Date(Date.now() - 50 * hour).toISOString() },
    {
      ...spring,
      id: "3",
      type: "bounced",
      bounce: "hard",
      at: new Date(Date.now() - 40 * hour).toISOString(),
    },
  ]);
});
afterAll(() => roster?.close());

const contacts = (...args: string[]) => roster.roster(["contacts", ...args]);

test("a score comes with its parts, for people and for programs", async () => {
  const { code, stdout } = await contacts("score", "crm-1");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^ann@x\.co\nScore {2}█+░+ \d+ of 100, \w+\n {2}opened +100 % of the mails\n {2}clicked +0 %/,
  );
  expect(stdout).toMatch(/ {2}last open or click {2}2 days ago\n {2}frequency +low\n$/);
  expect((await contacts("score", "bob@x.co")).stdout).toMatch(/ 50 of 100, potential\n[\s\S]* never\n/);
  expect(JSON.parse((await contacts("score", "ann@x.co", "--json")).stdout)).toMatchObject({
    score: expect.any(Number),
    factors: { openRate: 1, recency: "2d" },
  });
  const nobody = await contacts("score", "cem@x.co");
  expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining("cem@x.co")]);
});

test("a timeline tells what happened, newest first, and how to see more", async () => {
  const { code, stdout } = await contacts("timeline", "ann@x.co");
  expect(code).toBe(0);
  expect(stdout.split("\n").map((line) => line.slice(16).trim().split(/ {2,}/))).toEqual([
    ["what", "why"],
    ["active → bounced", "hard_bounce"],
    ["created", "source fair"],
    ["bounced (hard)", "Spring ␣[31mletter"],
    ["opened", "Spring ␣[31mletter"],
    ["sent", "Spring ␣[31mletter"],
    [""],
  ]);
  const some = await contacts("timeline", "ann@x.co", "--limit", "2");
  expect(some.stdout).toMatch(/\n.*created.*\nThere are more: --limit 4\n$/);
  const [first] = (await contacts("timeline", "ann@x.co", "--json")).stdout.split("\n");
  expect(JSON.parse(first!)).toMatchObject({ kind: "status_changed", to: "bounced" });
});

test("all that is held about a person goes to a file of its owner's, or to a pipe", async () => {
  const path = roster.file("ann.json", "what was there");
  const { code, stdout } = await contacts("data", "ann@x.co", path);
  expect([code, stdout]).toEqual([0, `Wrote ${path}, ${(statSync(path).size / 1000).toFixed(1)} kB.\n`]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const held = JSON.parse(readFileSync(path, "utf8"));
  expect(held).toMatchObject({
    contact: { email: "ann@x.co", status: "bounced" },
    records: expect.any(Object),
  });
  expect(JSON.parse((await contacts("data", "crm-1")).stdout)).toEqual(held);
});

test("coverage tells how many contacts have a locale and a field, with the types of its values", async () => {
  const locales = await roster.roster(["coverage", "locales"]);
  expect([locales.code, locales.stdout]).toEqual([
    0,
    "locale  contacts  active\n(none)         1       1\nde             1       0\n",
  ]);
  const fields = await roster.roster(["coverage", "fields"]);
  expect(fields.stdout).toMatch(/\nlocale +1 +50 % {2}text\n/);
  expect(fields.stdout).toMatch(
    /\nmetadata\.age +2 +100 % {2}number 1, text 1\nmetadata\.plan +1 +50 % {2}text\n/,
  );
  expect(fields.stdout).toMatch(/\nOf 2 contacts\.\n$/);
  const json = JSON.parse((await roster.roster(["coverage", "fields", "--json"])).stdout);
  expect(json).toMatchObject({ contacts: 2, complete: true });
});
