import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster?.close());

async function imported(name: string, csv: string): Promise<string> {
  const { stdout } = await roster.roster(["import", roster.file(name, csv), "--json"]);
  return (JSON.parse(stdout) as { id: string }).id;
}

test("jobs undo takes an import back and tells who stayed; --preview only tells", async () => {
  await imported("old.csv", "email,firstName\nold@x.co,Old\nsince@x.co,Old\n");
  const id = await imported("new.csv", "email,firstName\nold@x.co,New\nsince@x.co,New\nborn@x.co,Born\n");
  await roster.deps
    .sql`update contacts set first_name = 'Since', version = version + 1 where email = 'since@x.co'`;

  const preview = await roster.roster(["jobs", "undo", id, "--preview"]);
  expect(preview).toMatchObject({ code: 0, stderr: "" });
  expect(preview.stdout).toMatch(/deleted.* 1\n.*put back.* 1\n.*stay.* 1\n/);
  expect(preview.stdout).toContain(`jobs undo ${id}\n`);
  const json = await roster.roster(["jobs", "undo", id, "--preview", "--json"]);
  expect(JSON.parse(json.stdout)).toEqual({ deletes: 1, reverts: 1, changedSince: 1 });

  const undo = await roster.roster(["jobs", "undo", id]);
  expect(undo.code).toBe(0);
  expect(undo.stdout).toMatch(/^Undo of new\.csv: completed in \d+ s\n/);
  expect(undo.stdout).toMatch(/deleted +1\n +put back +1\n +left as they are +1\n +contacts in all +3\n/);
  expect(undo.stdout).toMatch(/\nsince@x\.co {2}Somebody changed/);
  expect(await roster.deps.sql`select first_name from contacts order by email`).toEqual([
    { firstName: "Old" },
    { firstName: "Since" },
  ]);

  const again = await roster.roster(["jobs", "undo", id]);
  expect(again).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^[^\n]*undone already[^\n]*\n$/),
  });
  const list = await roster.roster(["jobs", "list", "--kind", "undo"]);
  expect(list.stdout.match(/new\.csv/g)).toHaveLength(1);
  expect(list.stdout).not.toContain(id);
});

test("jobs undo --no-wait prints the undo's id, and --json the undo as it ended", async () => {
  const first = await imported("a.csv", "email\na@x.co\n");
  const second = await imported("b.csv", "email\nb@x.co\n");
  const started = await roster.roster(["jobs", "undo", first, "--no-wait"]);
  expect(started).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[0-9a-f-]{36}\n$/) });
  const { code, stdout } = await roster.roster(["jobs", "undo", second, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ kind: "undo", state: "completed", counters: { deleted: 1 } });
});

test("--stop-after stops an import, and jobs retry goes on with it", async () => {
  const file = roster.file("stop.csv", "email\nbad\nstopped@x.co\n");
  const stopped = await roster.roster(["import", file, "--stop-after", "1"]);
  expect(stopped.code).toBe(1);
  expect(stopped.stdout).toMatch(/: failed in .*\ntoo_many_failures: /);
  const id = /jobs retry ([0-9a-f-]{36})\n/.exec(stopped.stdout)![1]!;
  const retried = await roster.roster(["jobs", "retry", id, "--stop-after", "5", "--json"]);
  expect(retried.code).toBe(1);
  expect(JSON.parse(retried.stdout)).toMatchObject({
    id,
    state: "completed",
    counters: { created: 1, failed: 1 },
  });
  const again = await roster.roster(["jobs", "retry", id]);
  expect(again).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^[^\n]*completed[^\n]*\n$/),
  });
});

test("--default fills what is empty, with a value that may hold a =", async () => {
  const made = await roster.roster(
    [..."import - --json --default plan=a=b --default source=fair".split(" ")],
    { stdin: "email\ndefault@x.co\n" },
  );
  expect(made.code).toBe(0);
  const [contact] = await roster.deps
    .sql`select source, attributes from contacts where email = 'default@x.co'`;
  expect(contact).toEqual({ source: "fair", attributes: { plan: "a=b" } });
});
