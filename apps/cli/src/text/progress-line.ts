import type { Job } from "@roster/client/client.ts";
import { jobWords } from "./job-word.ts";
import { byteSize, count, duration } from "./quantity.ts";

/** What the progress shows of a job. */
export type JobProgress = Pick<
  Job,
  "kind" | "target" | "state" | "progress" | "processed" | "counters" | "rowsPerSecond" | "secondsLeft"
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

/** What a backup or a restore is at, in one line. @param done from 0 to 1 */
export function copyLine(verb: string, done: number, detail: string): string {
  const percent = Math.floor(done * 100);
  return `${verb.padEnd(9)}  ${bar(percent, 24)} ${String(percent).padStart(3)} %  ${detail}`;
}

/** The job's progress as two lines, for a terminal. */
export function progressLines(job: JobProgress): string {
  return `${verb(job).padEnd(9)}  ${bar(job.progress, 24)} ${String(job.progress).padStart(3)} %  ${pace(job)}\n           ${outcome(job)}`;
}

/** The job's progress as one plain line, for a log. */
export function progressLine(job: JobProgress): string {
  return `${verb(job)} ${job.progress} %, ${pace(job)}: ${outcome(job)}`;
}

function verb(job: JobProgress): string {
  return job.state === "queued" ? "waiting" : jobWords(job).doing;
}

function pace(job: JobProgress): string {
  const { state, processed, rowsPerSecond, secondsLeft } = job;
  const parts = [`${count(processed)} ${jobWords(job).unit}`];
  if (rowsPerSecond !== null) parts.push(`${count(rowsPerSecond)}/s`);
  if (state === "running" && secondsLeft !== null) parts.push(`${duration(secondsLeft)} left`);
  return parts.join("  ");
}

function outcome(job: JobProgress): string {
  return jobWords(job)
    .counters.filter(
      ({ name, progress }) => progress === "always" || (progress === "if any" && job.counters[name] > 0),
    )
    .map(({ name, word }) => `${count(job.counters[name])} ${word}`)
    .join("  ");
}
