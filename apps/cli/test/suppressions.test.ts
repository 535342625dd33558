import { createRosterClient, type RosterClient } from "@roster/client/client.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
let client: RosterClient;
beforeAll(async () => {
  roster = await startRoster();
  client = createRosterClient({ url: roster.url, key: roster.key });
  await client.contacts.create.mutate({ email: "ann@x.co" });
});
afterAll(() => roster?.close());

const suppressions = (...args: string[]) => roster.roster(["suppressions", ...args]);

test("addresses are put on the list, checked, listed without saying whose they are, and taken off", async () => {
  const added = await suppressions("add", "ANN@x.co", "gone@x.co", "nonsense", "--status", "bounced");
  expect([added.code, added.stdout]).toEqual([1, expect.stringMatching(/^2 put on the list\nnonsense: .*@/)]);
  const again = await suppressions("add", "gone@x.co", "--status", "complained", "--reason", "wrote so");
  expect([again.code, again.stdout]).toEqual([0, "0 put on the list, 1 made stricter\n"]);
  const checked = await suppressions("check", "ann@x.co", "gone@x.co", "new@x.co");
  expect(checked.stdout).toMatch(/ann@x\.co +bounced +added +[0-9a-f-]{36}/);
  expect(checked.stdout).toMatch(/gone@x\.co +complained +wrote so +no contact/);
  expect(checked.stdout).toMatch(/new@x\.co +may be mailed/);
  const { stdout } = await suppressions("list", "--status", "complained");
  expect(stdout).toMatch(/^status +reason +since +id\ncomplained +wrote so /);
  expect(stdout).not.toContain("x.co");

  const refused = await suppressions("remove", "gone@x.co");
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("force")]);
  expect((await suppressions("remove", "gone@x.co", "--force")).code).toBe(0);
  const left = await suppressions("list", "--json");
  expect(
    left.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).status),
  ).toEqual(["bounced"]);
});

test("a file of addresses is imported, and a person is erased", async () => {
  const file = roster.file("left.csv", "email\nfile@x.co\n");
  expect(await suppressions("import", file)).toMatchObject({ code: 0 });
  expect((await client.suppressions.list.query({ email: "file@x.co" })).entries).toMatchObject([
    { status: "unsubscribed", reason: "imported" },
  ]);
  const erased = await roster.roster(["contacts", "erase", "ann@x.co", "--yes"]);
  expect([erased.code, erased.stdout]).toEqual([
    0,
    expect.stringMatching(/^The contact is gone\. .*jobs show /),
  ]);
  const { erasures } = await client.erasures.list.query({});
  expect(erasures).toMatchObject([{ removed: { contacts: 1 } }]);
});
