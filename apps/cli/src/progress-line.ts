import type { Job } from "@roster/client/client.ts";
import { byteSize, count, duration } from "./quantity.ts";

/** What the progress shows of a job. */
export type JobProgress = Pick<
  Job,
  "state" | "progress" | "processed" | "counters" | "rowsPerSecond" | "secondsLeft"
>;

/** A bar of `width` characters, filled to `percent`. */
export function bar(percent: number, width: number): string {
  const filled = Math.round((Math.max(0, Math.min(100, percent)) / 100) * width);
  return "█".repeat(filled) + "░".repeat(width - filled);
}

/**
 * The upload in one line.
 * @param total bytes; null for a pipe, whose end is not known
 */
export function uploadLine(sent: number, total: number | null, seconds: number): string {
  const rate = seconds > 0.5 ? `  ${byteSize(Math.round(sent / seconds))}/s` : "";
  if (total === null || total === 0) return `sending    ${byteSize(sent)}${rate}`;
  const percent = Math.floor((sent / total) * 100);
  return `sending    ${bar(percent, 24)} ${String(percent).padStart(3)} %  ${byteSize(sent)} of ${byteSize(total)}${rate}`;
}

/** The job's progress as two lines, for a terminal. */
export function progressLines(job: JobProgress): string {
  return `${verb(job)}  ${bar(job.progress, 24)} ${String(job.progress).padStart(3)} %  ${pace(job)}\n           ${outcome(job)}`;
}

/** The job's progress as one plain line, for a log. */
export function progressLine(job: JobProgress): string {
  return `${verb(job).trim()} ${job.progress} %, ${pace(job)}: ${outcome(job)}`;
}

function verb(job: JobProgress): string {
  return job.state === "queued" ? "waiting  " : "importing";
}

function pace({ state, processed, rowsPerSecond, secondsLeft }: JobProgress): string {
  const parts = [`${count(processed)} rows`];
  if (rowsPerSecond !== null) parts.push(`${count(rowsPerSecond)}/s`);
  if (state === "running" && secondsLeft !== null) parts.push(`${duration(secondsLeft)} left`);
  return parts.join("  ");
}

/** What is always of interest, and of the rest what there is: in a second import everything may be unchanged. */
function outcome({ counters }: JobProgress): string {
  const names = (["created", "updated", "unchanged", "skipped", "failed"] as const).filter(
    (name) => counters[name] > 0 || (name !== "unchanged" && name !== "skipped"),
  );
  return names.map((name) => `${count(counters[name])} ${name}`).join("  ");
}
