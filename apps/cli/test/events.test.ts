import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
const dir = mkdtempSync(join(tmpdir(), "roster-events-"));
beforeAll(async () => {
  roster = await startRoster();
});
afterAll(async () => {
  await roster?.close();
  rmSync(dir, { recursive: true, force: true });
});

function written(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

test("a file of events is previewed, imported and counted once; what failed says how to go on", async () => {
  await roster.roster(["import", written("people.csv", "email\nann@example.org\n"), "--json"]);
  const log = written(
    "log.csv",
    "id,what,email\n1,opened,ann@example.org\n1,opened,ann@example.org\n2,clicked,nobody@example.org\n",
  );
  const map = ["--map", "what=type"];
  const preview = await roster.roster(["events", "import", log, ...map, "--preview"]);
  expect(preview.stdout).toMatch(/what +type +The mapping sends it to type\./);
  expect(preview.stdout).toMatch(/2 +ann@example\.org +type: opened/);

  const { code, stdout } = await roster.roster(["events", "import", log, ...map]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/counted +1\n +counted before +1\n +failed +1\n +rows in all +3/);
  expect(stdout).toContain("then import that file by");
  expect(stdout).toContain("events import");

  const again = await roster.roster(["events", "import", log, ...map, "--json"]);
  expect(JSON.parse(again.stdout)).toMatchObject({
    target: "events",
    counters: { created: 0, duplicate: 2 },
  });
  const list = await roster.roster(["jobs", "list"]);
  expect(list.stdout).toMatch(/ events +log\.csv/);
});
