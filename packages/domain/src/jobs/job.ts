import { z } from "zod";
import { StorableText } from "../text/storable-text.ts";

export const JobKind = z.enum(["import", "bulk", "undo", "health", "rescore", "erasure", "duplicates"]);
export type JobKind = z.infer<typeof JobKind>;

export const JobState = z.enum(["queued", "running", "completed", "failed", "cancelled"]);
export type JobState = z.infer<typeof JobState>;

/** What a job is called, for people: the name of a file, say. */
export const JobName = StorableText.max(255);

const ended: Record<JobState, boolean> = {
  queued: false,
  running: false,
  completed: true,
  failed: true,
  cancelled: true,
};

/** Whether a job will never change again by itself. */
export function hasEnded(state: JobState): boolean {
  return ended[state];
}

/** What stopped a job as a whole: a code, a sentence for people, and the row where it happened if there is one. */
export type JobError = { code: string; message: string; row?: number };

/** What stopped a job and need not stop it again: rows that failed, a plan without room, a fault of the server. */
const passing: ReadonlySet<string> = new Set(["too_many_failures", "plan_limit_exceeded", "internal"]);

/** Why a job cannot go on from where it stopped, as the end of a sentence; null if it can. */
export function retryObstacle(job: {
  state: JobState;
  error: JobError | null;
  undoneBy: string | null;
}): string | null {
  if (job.state === "completed") return "it is completed";
  if (!hasEnded(job.state)) return `it is ${job.state}`;
  if (job.undoneBy !== null) return `it was undone, by job ${job.undoneBy}`;
  if (job.error === null || passing.has(job.error.code)) return null;
  return `it would end in the same way again (${job.error.message})`;
}

/**
 * How far a job is, in whole per cent 0–100. 100 only when it completed: a job whose last batch is still to be
 * written shows 99. An import knows its bytes before it knows its rows, so bytes decide.
 */
export function progressPercent(state: JobState, done: number, of: number | null): number {
  if (state === "completed") return 100;
  if (of === null || of <= 0) return 0;
  // Multiplied first: 29 / 100 * 100 is a little less than 29.
  return Math.max(0, Math.min(99, Math.floor((done * 100) / of)));
}

/** Rows per second and seconds left, from what was done so far; null where nothing can be said yet. */
export function pace(
  startedAt: number | null,
  now: number,
  rows: number,
  bytesDone: number,
  bytesTotal: number,
): { rowsPerSecond: number | null; secondsLeft: number | null } {
  const seconds = startedAt === null ? 0 : (now - startedAt) / 1000;
  if (seconds <= 0 || rows <= 0 || bytesDone <= 0) return { rowsPerSecond: null, secondsLeft: null };
  const left = (Math.max(0, bytesTotal - bytesDone) / bytesDone) * seconds;
  return { rowsPerSecond: Math.round(rows / seconds), secondsLeft: Math.ceil(left) };
}
