import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Installation } from "./installation.ts";

/** Clock ticks a second in /proc: 100 on every Linux that Node runs on. */
const ticks = 100;

function stat(pid: number): { parent: number; own: number; reaped: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name may hold spaces; the fields behind its closing bracket do not.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const number = (at: number) => Number(fields[at]);
    return {
      parent: number(1),
      own: (number(11) + number(12)) / ticks,
      reaped: (number(13) + number(14)) / ticks,
    };
  } catch {
    return null;
  }
}

/** CPU seconds that a process and all that it ever started have used. */
function cpuSecondsOfTree(pid: number): number {
  const root = stat(pid);
  if (root === null) return 0;
  let sum = root.own + root.reaped;
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const child = stat(Number(entry));
    if (child?.parent === pid) sum += child.own + child.reaped;
  }
  return sum;
}

/** CPU seconds of each part of an installation since it was started. */
export function cpuSeconds({ apiPid, workerPid, postgresPid }: Installation): CpuSeconds {
  return {
    api: cpuSecondsOfTree(apiPid),
    worker: cpuSecondsOfTree(workerPid),
    postgres: cpuSecondsOfTree(postgresPid),
  };
}

export type CpuSeconds = { api: number; worker: number; postgres: number };

/** The largest resident size in MB that API and worker had since they were started, or since `forgetPeakMemory`. */
export function peakMemory({ apiPid, workerPid }: Installation): { api: number; worker: number } {
  return { api: peakOf(apiPid), worker: peakOf(workerPid) };
}

/** Lets the peak begin anew, at what the processes hold at this moment. */
export function forgetPeakMemory({ apiPid, workerPid }: Installation): void {
  // proc(5): 5 resets the peak resident set size.
  for (const pid of [apiPid, workerPid]) writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

function peakOf(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Math.round(Number(line?.[1] ?? 0) / 1024);
}
