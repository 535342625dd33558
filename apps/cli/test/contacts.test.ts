import { createRosterClient, type RosterClient } from "@roster/client/client.ts";
import { createKey } from "@roster/usecases/accounts/keys.ts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
let client: RosterClient;
let env: { ROSTER_KEY: string };
let ids: Record<string, string>;
let tenants = 0;

beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster?.close());

beforeEach(async () => {
  const made = await createKey(roster.deps, { tenant: `t-${++tenants}`, prefix: "sk", scopes: ["contacts"] });
  env = { ROSTER_KEY: made.key };
  client = createRosterClient({ url: roster.url, key: made.key });
  ids = {};
  for (const [name, status] of [
    ["ann", "active"],
    ["bob", "unsubscribed"],
    ["cem", "bounced"],
  ] as const) {
    const { contact } = await client.contacts.upsert.mutate({ email: `${name}@x.co`, status, tags: ["old"] });
    ids[name] = contact.id;
  }
});

const contacts = (...args: string[]) => roster.roster(["contacts", ...args], { env });

async function all() {
  const page = await client.contacts.list.query({});
  return Object.fromEntries(page.contacts.map((contact) => [contact.email.slice(0, 3), contact]));
}

test("contacts are tagged by ids, untagged by a filter, set, and taken off; the summary says to how many", async () => {
  const tagged = await contacts("tag", "vip", "june", "--id", ids.ann!, "--id", "nobody");
  expect(tagged.code).toBe(1);
  expect(tagged.stdout).toMatch(/^Add the tags vip, june: completed in \d+ s\n/);
  expect(tagged.stdout).toMatch(/changed +1\n/);
  expect(tagged.stdout).toMatch(/failed +1\n {2}contacts in all +2\n/);
  expect(tagged.stdout).toMatch(/\nnobody +No contact has this id\./);

  const untagged = await contacts("untag", "old", "--status", "bounced", "--status", "active", "--json");
  expect([untagged.code, JSON.parse(untagged.stdout)]).toMatchObject([0, { counters: { updated: 2 } }]);
  expect((await contacts("set", "plan=pro", "firstName=Ann", "--search", "ann@")).code).toBe(0);
  expect((await contacts("unsubscribe", "--with-tag", "vip", "--name", "June")).stdout).toMatch(
    /^June \(Unsubscribe\): completed/,
  );
  expect(await all()).toMatchObject({
    ann: { tags: ["vip", "june"], firstName: "Ann", attributes: { plan: "pro" }, status: "unsubscribed" },
    bob: { tags: ["old"] },
    cem: { tags: [] },
  });
  for (const [minScore, processed] of [
    ["50", 3],
    ["51", 0],
  ] as const) {
    const scored = await contacts(
      "untag",
      "x",
      "--tier",
      "loyal",
      "--tier",
      "potential",
      "--min-score",
      minScore,
      "--json",
    );
    expect(JSON.parse(scored.stdout)).toMatchObject({ processed });
  }
  expect((await contacts("set", "plan=", "--all")).code).toBe(0);
  expect((await all()).ann!.attributes).toEqual({});
});

test("a file of ids and a pipe name contacts, and who bounced is not brought back", async () => {
  const file = roster.file("again.txt", `${ids.bob}\r\n${ids.cem}\n`);
  const subscribed = await contacts("subscribe", "--ids-file", file);
  expect(subscribed.code).toBe(1);
  expect(subscribed.stdout).toMatch(/\ncem@x\.co +The contact's status is bounced\./);
  const args = [
    "contacts",
    "set",
    "status=active",
    "--resubscribe",
    "--consent",
    "They signed.",
    "--ids-file",
    "-",
  ];
  const piped = await roster.roster(args, { env, stdin: ids.cem! });
  expect(piped.code).toBe(0);
  expect(await all()).toMatchObject({ bob: { status: "active" }, cem: { status: "active" } });
});

test("a deletion wants --yes, a change can be undone, and neither has to be waited for", async () => {
  const { jobId } = JSON.parse((await contacts("tag", "x", "--all", "--no-wait", "--json")).stdout);
  for await (const _job of client.watchJob(jobId));
  expect((await roster.roster(["jobs", "undo", jobId], { env })).code).toBe(0);
  expect(await all()).toMatchObject({ ann: { tags: ["old"] } });
  expect((await contacts("delete", "--search", "x.co", "--yes")).stdout).toMatch(/deleted +3\n/);
  expect(await all()).toEqual({});
  const list = await roster.roster(["jobs", "list", "--kind", "bulk"], { env });
  expect(list.stdout).toMatch(/bulk +Delete +completed/);
});
