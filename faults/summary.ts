import { printTable } from "@roster/bench/table.ts";
import type { Verdict } from "./scenario.ts";

export type Line = { name: string; verdict: Verdict; seconds: number };

/** Whether a scenario found nothing. */
export function passed({ verdict }: Line): boolean {
  return verdict.problems.length === 0;
}

function outcome(line: Line): string {
  if (!passed(line)) return "DIFFERENT";
  return line.verdict.faults === 0 ? "NOT PLAYED" : "same";
}

/** Prints a line for each scenario, and below what was found. */
export function printSummary(lines: readonly Line[]): void {
  const seconds = (n: number | null) => (n === null ? "–" : `${n.toFixed(1)} s`);
  printTable([
    ["scenario", "faults", "in the middle", "taken up within", "finished within", "took", "outcome"],
    ...lines.map((line) => [
      line.name,
      String(line.verdict.faults),
      line.verdict.faults === 0
        ? "–"
        : `${line.verdict.landed} (${Math.round((100 * line.verdict.landed) / line.verdict.faults)} %)`,
      seconds(line.verdict.slowestReturn),
      seconds(line.verdict.finishedAfter),
      `${Math.round(line.seconds)} s`,
      outcome(line),
    ]),
  ]);
  for (const { name, verdict } of lines) {
    for (const note of verdict.notes) process.stdout.write(`${name}: ${note}\n`);
    for (const problem of verdict.problems) process.stdout.write(`${name}: PROBLEM: ${problem}\n`);
  }
}
