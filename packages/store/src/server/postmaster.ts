import { spawn } from "node:child_process";
import { closeSync, fstatSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { ClusterPlace } from "./cluster-place.ts";
import type { PostgresProgram } from "./postgres-program.ts";
import { readPostmaster } from "./postmaster-file.ts";
import { processMark } from "./process-mark.ts";
import { StartRefused } from "./start-refused.ts";

const POLL_MS = 20;
/** How long a start waits for the processes of a killed server to leave the shared memory. */
const OLD_BACKEND_MS = 60_000;
const LOG_LIMIT = 10 * 1024 * 1024;

/**
 * Starts PostgreSQL on a cluster and waits until it takes connections, however long a crash recovery lasts. A start that
 * is refused because processes of a killed server still live is tried again for 60 s.
 *
 * @param logFile where the server writes, appended; begun anew above 10 MB.
 * @param args further command-line arguments.
 * @param over aborts the wait: the server is stopped at once.
 * @returns its pid, and a promise that resolves when it ends.
 * @throws StartRefused with the server's own reason.
 */
export async function startPostmaster(
  place: ClusterPlace,
  program: PostgresProgram,
  logFile: string,
  args: string[],
  log: (line: string) => void,
  over?: AbortSignal,
): Promise<{ pid: number; ended: Promise<void> }> {
  const giveUp = Date.now() + OLD_BACKEND_MS;
  for (;;) {
    const fd = openLog(logFile);
    const from = fstatSync(fd).size;
    // A session of its own: Ctrl+C in a terminal reaches the launcher alone, which stops the server last.
    const child = spawn(program.postgres, ["-D", place.dir, ...args], {
      ...place.user,
      env: { LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", fd, fd],
      detached: true,
    });
    closeSync(fd);
    let hasEnded = false;
    const ended = new Promise<void>((resolve) => {
      child.once("error", () => resolve());
      child.once("exit", () => resolve());
    }).then(() => {
      hasEnded = true;
    });
    if (await becomesReady(place.dir, child.pid, () => hasEnded || over?.aborted === true, log))
      return { pid: child.pid!, ended };

    if (over?.aborted) {
      child.kill("SIGQUIT");
      await ended;
      throw new StartRefused("PostgreSQL was stopped before it had started.");
    }
    const said = readFileSync(logFile).subarray(from).toString("utf8");
    const oldBackend = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/.test(
      said,
    );
    if (!oldBackend || Date.now() > giveUp) throw refusal(said, place.dir, logFile);
    log("Processes of a killed PostgreSQL are still ending: trying again");
    await delay(500);
  }
}

/**
 * Stops a PostgreSQL by its pid: open transactions are rolled back and everything is written (fast). After `fastMs` it is
 * stopped at once, and repairs itself from its log at the next start.
 */
export async function stopPostmaster(
  dir: string,
  pid: number,
  program: PostgresProgram,
  fastMs = 60_000,
): Promise<void> {
  const mark = processMark(pid);
  const isGone = () => mark === null || processMark(pid) !== mark;
  if (isGone()) return;
  signal(dir, pid, "fast", program);
  if (await waitFor(isGone, fastMs)) return;
  signal(dir, pid, "immediate", program);
  if (await waitFor(isGone, 10_000)) return;
  throw new Error(`PostgreSQL, process ${pid}, does not stop`);
}

function signal(dir: string, pid: number, mode: "fast" | "immediate", program: PostgresProgram): void {
  if (process.platform === "win32") {
    // Windows knows no signals that a process could answer; pg_ctl speaks to the server's own pipe.
    spawn(program.pgCtl, ["stop", "-D", dir, "-m", mode, "-W"], { stdio: "ignore" }).on("error", () => {});
    return;
  }
  try {
    process.kill(pid, mode === "fast" ? "SIGINT" : "SIGQUIT");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function becomesReady(
  dir: string,
  pid: number | undefined,
  isOver: () => boolean,
  log: (line: string) => void,
): Promise<boolean> {
  let told = Date.now();
  while (!isOver()) {
    const file = readPostmaster(dir);
    if (file?.ready && file.pid === pid) return true;
    if (Date.now() - told > 10_000) {
      told = Date.now();
      log("PostgreSQL is repairing its data after a crash: still waiting");
    }
    await delay(POLL_MS);
  }
  return false;
}

async function waitFor(isTrue: () => boolean, ms: number): Promise<boolean> {
  const until = Date.now() + ms;
  while (!isTrue()) {
    if (Date.now() > until) return false;
    await delay(POLL_MS);
  }
  return true;
}

function openLog(file: string): number {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT) renameSync(file, `${file}.1`);
  return openSync(file, "a", 0o600);
}

/** PostgreSQL's last word, which for a wrong setting only says that there is one: then also the line before it. */
function refusal(said: string, dir: string, logFile: string): StartRefused {
  const lines = [...said.matchAll(/(?:LOG|FATAL|PANIC|ERROR): +(.*)/g)].map(([, line]) => line ?? "");
  const last = lines.at(-1) ?? "it ended without a word";
  const reason = last.includes("contains errors") ? `${lines.at(-2)}; ${last}` : last;
  return new StartRefused(`PostgreSQL did not start on ${dir}: ${reason}. Its log is ${logFile}.`);
}
