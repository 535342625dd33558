import { readFileSync, readlinkSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { processMark } from "./process-mark.ts";

/** What a cluster's postmaster.pid says. */
export interface PostmasterFile {
  pid: number;
  socketDir: string;
  ready: boolean;
}

/** Reads postmaster.pid; null when there is none. */
export function readPostmaster(dir: string): PostmasterFile | null {
  try {
    const lines = readFileSync(join(dir, "postmaster.pid"), "utf8").split("\n");
    return { pid: Number(lines[0]), socketDir: lines[4] ?? "", ready: lines[7]?.trim() === "ready" };
  } catch {
    return null;
  }
}

/** The pid of the PostgreSQL that runs on this cluster now, whoever started it, or null. */
export function livePostmaster(dir: string): number | null {
  const pid = readPostmaster(dir)?.pid;
  if (!pid || processMark(pid) === null) return null;
  if (process.platform !== "linux") return pid;
  try {
    // PostgreSQL works inside its data directory: a stranger that was given the same number does not.
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dir) ? pid : null;
  } catch {
    return null;
  }
}
