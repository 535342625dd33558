import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePreparedDir } from "@roster/store/server/test-server.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { allGone, freePort, repository, type Started, startProgram } from "./started.ts";

const standIn = join(import.meta.dirname, "stand-in.ts");
const STOP_MS = 10_000;

let dir: string;
let env: Record<string, string>;
let running: Started[] = [];

beforeEach(async () => {
  dir = await makePreparedDir();
  env = { ROSTER_DATA_DIR: dir, PORT: String(await freePort()) };
});
afterEach(async () => {
  for (const started of running) {
    const family = started.family();
    for (const pid of [started.pid, ...family]) kill(pid, "SIGKILL");
  }
  running = [];
  rmSync(dir, { recursive: true, force: true });
});

test("SIGTERM or SIGINT to npm ends everything within 10 s and leaves no process behind, and the next start keeps the data", async () => {
  const first = startUnderNpm();
  await first.says(/Roster is ready/);
  const everyone = [first.pid, ...first.family()];
  // npm, the script, the launcher, API, worker, PostgreSQL and PostgreSQL's own.
  expect(everyone.length).toBeGreaterThan(6);

  process.kill(first.pid, "SIGTERM");
  await allGone(everyone, STOP_MS);

  const second = startUnderNpm();
  await second.says(/Roster is ready/);
  expect(second.output()).not.toContain("sk_stand_in");
  const everyoneAgain = [second.pid, ...second.family()];
  process.kill(second.pid, "SIGINT");
  await allGone(everyoneAgain, STOP_MS);
});

test("Kill -9 of npm also ends everything", async () => {
  const started = startUnderNpm();
  await started.says(/Roster is ready/);
  const everyone = started.family();
  process.kill(started.pid, "SIGKILL");
  await allGone(everyone, STOP_MS);
});

test("Kill -9 of the script between npm and the launcher also ends everything", async () => {
  const started = startUnderNpm();
  await started.says(/Roster is ready/);
  const everyone = started.family();
  const launcher = Number(readFileSync(join(dir, "pid"), "utf8"));
  const script = everyone.find((pid) => commandOf(pid).includes("stand-in-start.mjs") && pid !== launcher);
  process.kill(script!, "SIGKILL");
  await allGone(everyone, STOP_MS);
});

test("A child that does not listen to SIGTERM is killed in time", async () => {
  const started = startLauncher("deaf", "deaf");
  await started.says(/Roster is ready/);
  const everyone = [started.pid, ...started.family()];
  process.kill(started.pid, "SIGINT");
  await allGone(everyone, STOP_MS);
});

test("After kill -9 of the launcher its children leave by themselves, and the next start mends the rest", async () => {
  const first = startLauncher();
  await first.says(/Roster is ready/);
  const postgres = Number(readFileSync(join(dir, "postgres/postmaster.pid"), "utf8").split("\n")[0]);
  const children = first.family().filter((pid) => commandOf(pid).includes("stand-in-child"));
  expect(children).toHaveLength(2);
  process.kill(first.pid, "SIGKILL");
  await allGone(children, STOP_MS);

  const second = startLauncher();
  await second.says(/left behind/);
  await second.says(/Roster is ready/);
  expect(second.output()).not.toContain("sk_stand_in");
  await allGone([postgres], 0);
  process.kill(second.pid, "SIGTERM");
  expect(await second.ended).toBe(0);
});

test("`stop` ends the one that runs on the data directory, and says so when none does", async () => {
  const started = startLauncher();
  await started.says(/Roster is ready/);
  const everyone = [started.pid, ...started.family()];
  const stop = startLauncher("stop");
  expect(await stop.ended).toBe(0);
  expect(stop.output()).toMatch(/^Stopped the Roster on .*\n$/);
  await allGone(everyone, 0);

  const again = startLauncher("stop");
  expect(await again.ended).toBe(0);
  expect(again.output()).toMatch(/^No Roster is running on .*\n$/);
});

test("SIGTERM while it is still starting stops it as well", async () => {
  rmSync(join(dir, "postgres"), { recursive: true });
  const started = startLauncher("idle");
  while (!existsSync(join(dir, "postgres.init"))) await new Promise((resolve) => setTimeout(resolve, 10));
  process.kill(started.pid, "SIGTERM");
  expect(await started.ended).toBe(0);
  expect(started.family()).toEqual([]);
});

function startLauncher(...behaviour: string[]): Started {
  const started = startProgram(process.execPath, [standIn, ...behaviour], env);
  running.push(started);
  return started;
}

/** `npm start` of a package whose start script is ours but for the stand-ins. */
function startUnderNpm(): Started {
  const home = join(dir, "package");
  mkdirSync(home, { recursive: true });
  // Without exec the shell in between keeps the signals that npm passes on.
  const start = `exec node ${join(repository, "apps/launcher/test/stand-in-start.mjs")}`;
  writeFileSync(join(home, "package.json"), JSON.stringify({ name: "stand-in", scripts: { start } }));
  const started = startProgram("npm", ["--prefix", home, "start"], env);
  running.push(started);
  return started;
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8");
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
