import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createRosterClient } from "@roster/client/client.ts";
import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
let id: string;
beforeAll(async () => {
  roster = await startRoster();
  const { contacts } = createRosterClient({ url: roster.url, key: roster.key });
  const ann = {
    email: "ann@x.co",
    externalId: "crm-1",
    firstName: "Ann",
    lastName: "B.",
    tags: ["vip", "june"],
  };
  id = (await contacts.create.mutate({ ...ann, attributes: { plan: "pro", seats: 3 } })).id;
  await contacts.create.mutate({ email: "bob@x.co", status: "bounced", tags: ["vip"] });
  await contacts.create.mutate({ email: "cem@y.co", name: "Cem \u001b[31mred" });
});
afterAll(() => roster?.close());

const contacts = (...args: string[]) => roster.roster(["contacts", ...args]);

test("list shows the newest first, what flags describe, in an order, and how to see more", async () => {
  const { code, stdout } = await contacts("list");
  expect(code).toBe(0);
  expect(stdout.split("\n").map((line) => line.slice(0, 8).trim())).toEqual([
    "email",
    "cem@y.co",
    "bob@x.co",
    "ann@x.co",
    "",
  ]);
  expect(stdout).toMatch(/ann@x\.co +Ann B\. +active +vip, june /);
  expect(stdout).not.toContain("\u001b");
  const some = await contacts("list", "--with-tag", "vip", "--sort", "email", "--limit", "1");
  expect(some.stdout).toMatch(/ann@x\.co[\s\S]*There are 2: --limit 2/);
  const scored = await contacts("list", "--sort", "-score", "--tier", "potential", "--min-score", "50");
  expect(scored.stdout.match(/@[xy]\.co/g)).toHaveLength(3);
  expect((await contacts("list", "--min-score", "51")).stdout).toBe("There are no such contacts.\n");
  expect((await contacts("list", "--min-score", "high")).code).toBe(2);
  const json = await contacts("list", "--status", "bounced", "--search", "BOB", "--json");
  expect(
    json.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).email),
  ).toEqual(["bob@x.co"]);
  expect((await contacts("list", "--updated-since", "2999-01-01")).stdout).toBe(
    "There are no such contacts.\n",
  );
});

test("get finds a contact by its email, either id, or its externalId", async () => {
  for (const named of ["ANN@x.co", id, toHouseId(id), "crm-1"]) {
    const { code, stdout } = await contacts("get", named);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ann@x\.co\n[\s\S]* firstName +Ann\n[\s\S]*attributes\n {2}plan +pro\n {2}seats +3\n/,
    );
  }
  expect(JSON.parse((await contacts("get", "crm-1", "--json")).stdout)).toMatchObject({ id });
  const unknown = await contacts("get", "crm-9");
  expect([unknown.code, unknown.stdout]).toEqual([1, ""]);
  expect(unknown.stderr).toContain("crm-9");
});

test("export writes a file that is for its owner alone, or to a pipe, as what the name or the flag says", async () => {
  const path = roster.file("out.csv", "what was there");
  const { code, stdout } = await contacts("export", path);
  expect([code, stdout]).toEqual([0, `Wrote ${path}, ${statSync(path).size} B.\n`]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, "utf8")).toMatch(
    /^id,email,[\s\S]*,cem@y\.co,[\s\S]*,bob@x\.co,[\s\S]*,ann@x\.co,/,
  );

  const ndjson = roster.file("out.ndjson", "");
  await contacts("export", ndjson, "--with-tag", "june", "--with-tag", "none");
  expect(JSON.parse(readFileSync(ndjson, "utf8"))).toMatchObject({
    email: "ann@x.co",
    tags: ["vip", "june"],
  });
  const piped = await contacts("export", "--format", "ndjson", "--status", "bounced", "--quiet");
  expect([piped.code, JSON.parse(piped.stdout).email, piped.stderr]).toEqual([0, "bob@x.co", ""]);
  const again = await roster.roster(["import", path]);
  expect(again.stdout).toMatch(/unchanged +3\n/);
});

test("changes prints what became of contacts, and the cursor to go on from", async () => {
  const lines = async (...args: string[]) =>
    (await contacts("changes", ...args)).stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  await roster.feedSettled();
  const all = await lines();
  expect(all.map(({ type, contact }) => contact?.email ?? type ?? "")).toEqual([
    "",
    "ann@x.co",
    "bob@x.co",
    "cem@y.co",
    "",
  ]);
  expect([all[0], all[1]]).toEqual([{ reset: true }, expect.objectContaining({ type: "created" })]);
  expect(await lines("--cursor", all[4].cursor)).toEqual([{ cursor: expect.any(String) }]);
  expect((await contacts("changes", "--cursor", "nonsense")).stderr).toContain("The cursor is not one");
});

test("an export that fails leaves what was there, and no half of a file", async () => {
  const path = roster.file("kept.csv", "kept");
  const { code, stderr } = await roster.roster(["contacts", "export", path], {
    env: { ROSTER_KEY: "sk_none" },
  });
  expect(code).toBe(1);
  expect(stderr).toContain("ROSTER_KEY");
  expect(readFileSync(path, "utf8")).toBe("kept");
  const directory = join(path, "..");
  expect(readdirSync(directory).filter((name) => name.endsWith(".partial"))).toEqual([]);
  const nowhere = await contacts("export", join(directory, "missing", "x.csv"));
  expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining("cannot be written (ENOENT)")]);
});

test.each([
  [["list", "--status", "gone"]],
  [["list", "--sort", "tier"]],
  [["export", "--format", "xml"]],
  [["export", "--updated-since", "yesterday"]],
])("%j is told to be wrong", async (args) => {
  expect((await contacts(...args)).code).toBe(2);
});
