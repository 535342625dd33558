import { createRosterClient } from "@roster/client/client.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
beforeAll(async () => {
  roster = await startRoster();
  const { contacts } = createRosterClient({ url: roster.url, key: roster.key });
  for (const email of ["ann@x.co", "bob@gmal.com", "info@x.co", "idle@x.co"]) {
    await contacts.create.mutate({ email });
  }
  await roster.deps.sql`
    insert into engagement (tenant_id, contact_id, sent) select tenant_id, id, 5 from contacts where email = 'idle@x.co'`;
});
afterAll(() => roster?.close());

const health = (...args: string[]) => roster.roster(["health", ...args]);

test("before the first run it is said how to start one, and nobody can be changed", async () => {
  for (const command of ["stats", "findings"]) {
    const { code, stdout } = await health(command);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^There was no health run yet.*health run\n$/)]);
  }
  const tagged = await health("tag", "x", "--class", "risky");
  expect([tagged.code, tagged.stdout]).toEqual([1, ""]);
  expect(tagged.stderr).toContain("no such health run");
});

test("a run ends with the figures; the findings are a table, JSON lines or a CSV", async () => {
  const ran = await health("run");
  expect([ran.code, ran.stderr]).toEqual([0, ""]);
  // One healthy, three halves.
  expect(ran.stdout).toMatch(/Health: completed[\s\S]*Health {2}█+░+ 62 of 100, \d{4}-\d\d-\d\d \d\d:\d\d /);
  expect(ran.stdout).toMatch(/ {2}unengaged +1\n {2}risky +2\n {2}invalid +0\n/);
  expect(ran.stdout).toMatch(/ {2}likely_typo +1 {2}risky/);
  const json = JSON.parse((await health("stats", "--json")).stdout);
  expect(json).toMatchObject({ healthScore: 62, unengagedCount: 1, runningJobId: null });

  const risky = await health("findings", "--class", "risky");
  expect(risky.stdout).toMatch(/bob@gmal\.com +active +risky +likely_typo +bob@gmail\.com\n/);
  expect(risky.stdout).not.toContain("idle@x.co");
  expect((await health("findings", "--limit", "1")).stdout).toContain("There are more: --limit 2");
  expect(JSON.parse((await health("findings", "--reason", "never_opened", "--json")).stdout)).toMatchObject({
    class: "unengaged",
    contact: { email: "idle@x.co" },
  });
  const csv = await health("findings", "--run", json.lastRunId, "--reason", "role_address", "--csv");
  expect(csv.stdout).toMatch(/^id,email,.*\ncon_\w{26},info@x\.co,active,risky,role_address,,\n$/);
});

test("one command tags or unsubscribes them, and the runs make a trend", async () => {
  const tagged = await health("tag", "check", "--class", "risky");
  expect([tagged.code, tagged.stdout]).toEqual([0, expect.stringMatching(/2 *$|changed +2/m)]);
  expect((await health("unsubscribe", "--reason", "never_opened")).code).toBe(0);
  const contacts = await roster.deps.sql`select email, tags, status from contacts order by email`;
  expect(contacts.map(({ email, tags, status }) => [email, ...tags, status].join(" "))).toEqual([
    "ann@x.co active",
    "bob@gmal.com check active",
    "idle@x.co unsubscribed",
    "info@x.co check active",
  ]);
  // The trend.
  await health("run", "--json");
  expect((await health("stats")).stdout).toMatch(/ {2}runs +score +contacts\n.+ +66 +4\n.+ +62 +4\n/);
});

test("whom to change is said by one of two ways", async () => {
  for (const whom of [[], ["--class", "risky", "--reason", "no_mx"]]) {
    const { code, stderr } = await health("unsubscribe", ...whom);
    expect([code, stderr]).toEqual([2, expect.stringContaining("--class or --reason, one of them")]);
  }
  const { code, stderr } = await health("findings", "--class", "healthy");
  expect([code, stderr]).toEqual([2, expect.stringContaining("invalid, risky, unengaged")]);
});
