import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * What tells a running process from a later one that was given the same number: its start time, and on Linux the
 * boot it belongs to. A pid alone is reused within minutes in a container, where every start gets the same small numbers.
 *
 * @returns null when no such process runs; one that has ended but was not yet collected by its parent counts as ended.
 */
export function processMark(pid: number): string | null {
  if (process.platform === "linux") return markFromProc(pid);
  if (process.platform === "win32") return isSignalable(pid) ? "running" : null;
  return markFromPs(pid);
}

function markFromProc(pid: number): string | null {
  try {
    // The name in brackets may hold spaces and brackets of its own, so the fields are counted from the last bracket.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return null;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${fields[19]}`;
  } catch {
    return null;
  }
}

function markFromPs(pid: number): string | null {
  try {
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    if (line === "" || line.startsWith("Z")) return null;
    return line.slice(line.indexOf(" ")).trim();
  } catch {
    return null;
  }
}

function isSignalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
