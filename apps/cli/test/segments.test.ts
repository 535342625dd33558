import { readFileSync } from "node:fs";
import { createRosterClient } from "@roster/client/client.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
let id: string;
const filter = {
  operator: "AND" as const,
  rules: [{ field: "tags", operator: "contains" as const, value: "vip" }],
};
beforeAll(async () => {
  roster = await startRoster();
  const { contacts, segments } = createRosterClient({ url: roster.url, key: roster.key });
  await contacts.create.mutate({ email: "ann@x.co", tags: ["vip"] });
  await contacts.create.mutate({ email: "bob@x.co" });
  id = (await segments.create.mutate({ name: "Very important", filter })).id;
});
afterAll(() => roster?.close());

const segments = (...args: string[]) => roster.roster(["segments", ...args]);

test("list, preview and members tell of a segment by its name or id", async () => {
  expect((await segments("list")).stdout).toMatch(/Very important +1 +\d{4}-\d\d-\d\d \d\d:\d\d +/);
  expect(JSON.parse((await segments("list", "--json")).stdout)).toMatchObject([{ id, contactCount: 1 }]);
  for (const named of ["Very important", id]) {
    const { code, stdout } = await segments("preview", named);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^1 contact is in it\.\n[\s\S]*ann@x\.co/)]);
  }
  const members = await segments("members", id, "--json");
  expect(JSON.parse(members.stdout)).toMatchObject({ email: "ann@x.co" });
});

test("preview tries the filter that is in a file", async () => {
  const path = roster.file("filter.json", JSON.stringify(filter));
  expect(JSON.parse((await segments("preview", "--filter", path, "--json")).stdout).count).toBe(1);
  const never = roster.file(
    "never.json",
    JSON.stringify({ ...filter, rules: [{ field: "email", operator: "is_empty" }] }),
  );
  const refused = await segments("preview", "--filter", never);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("No contact can ever be so")]);
  for (const args of [
    [],
    [id, "--filter", path],
    ["--filter", roster.file("no.json", "{")],
    ["--filter", "/nowhere/x"],
  ]) {
    expect((await segments("preview", ...args)).code).toBe(2);
  }
});

test("a segment is exported, listed and changed", async () => {
  const path = roster.file("out.csv", "");
  expect((await segments("export", "Very important", path)).code).toBe(0);
  expect(readFileSync(path, "utf8").trim().split("\n")).toHaveLength(2);
  expect(
    (await roster.roster(["contacts", "list", "--segment", "Very important", "--json"])).stdout,
  ).toContain("ann@x.co");
  const tagged = await roster.roster(["contacts", "tag", "seen", "--segment", "Very important"]);
  expect([tagged.code, tagged.stdout]).toEqual([0, expect.stringMatching(/changed +1\n/)]);
  const unknown = await roster.roster(["contacts", "list", "--segment", "Nobody"]);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("segments list")]);
});
