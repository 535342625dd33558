import { readdirSync, readFileSync } from "node:fs";

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
export function cpuSecondsOfTree(pid: number): number {
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

/** The largest resident size that a process ever had, in MB. */
export function peakMemory(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Math.round(Number(line?.[1] ?? 0) / 1024);
}
