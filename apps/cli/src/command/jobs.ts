import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Job, UndoPreview } from "@roster/client/client.ts";
import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { run } from "../invocation.ts";
import { changeWords } from "../text/change-words.ts";
import { minuteOf } from "../text/moment.ts";
import { moreLine } from "../text/more-line.ts";
import { displayFor } from "../text/progress-display.ts";
import { count } from "../text/quantity.ts";
import { printable, textTable } from "../text/text-table.ts";
import { awaitEnd, type EndFlags, summaryOf } from "./job-end.ts";

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** The newest jobs, of one kind or of all, one a line. */
export async function listJobs(
  settings: Settings,
  { limit, kind, json }: { limit: number; kind?: Job["kind"]; json?: boolean },
): Promise<void> {
  const { jobs, hasMore } = await connect(settings).client.jobs.list.query({ limit, ...(kind && { kind }) });
  if (json) return print(JSON.stringify(jobs));
  if (jobs.length === 0 && kind !== undefined) return print(`There is no job of the kind ${kind}.`);
  if (jobs.length === 0) return print(`There is no job yet. Start one: ${run} import contacts.csv`);
  print(
    textTable(
      [
        ["job", "kind", "name", "state", "", "rows", "created", "updated", "failed", "begun"],
        ...jobs.map(jobRow),
      ],
      [4, 5, 6, 7, 8],
    ),
  );
  if (hasMore) print(moreLine(limit));
}

function jobRow(job: Job): string[] {
  const { id, kind, target, change, dryRun, state, progress, processed, counters, createdAt } = job;
  const name = job.name ?? (change && changeWords(change));
  const numbers = [processed, counters.created, counters.updated, counters.failed].map(count);
  return [
    id,
    dryRun ? "dry run" : target === null || target === "contacts" ? kind : target,
    name === null ? "–" : printable(name, 32),
    state,
    `${progress} %`,
    ...numbers,
    minuteOf(createdAt),
  ];
}

/** One job with its counters and its first failed rows. */
export async function showJob(settings: Settings, id: string, { json }: { json?: boolean }): Promise<void> {
  const { client } = connect(settings);
  const job = await client.jobs.get.query({ id });
  print(json ? JSON.stringify(job) : await summaryOf(client, job));
}

/** The failed rows: a table, JSON lines, or the CSV with the original cells. Each is written as it comes. */
export async function listJobFailures(
  settings: Settings,
  id: string,
  { csv, json }: { csv?: boolean; json?: boolean },
): Promise<void> {
  const { client } = connect(settings);
  if (csv) return pipeline(Readable.fromWeb(await client.failedRowsCsv(id)), process.stdout, { end: false });
  let cursor: string | undefined;
  do {
    const page = await client.jobs.failures.query({
      id,
      limit: 1000,
      ...(cursor !== undefined && { cursor }),
    });
    for (const failure of page.failures) {
      const { row, id: subject, field, value, email, message } = failure;
      const cells = [
        count(row),
        printable(field ?? "–", 24),
        printable(value ?? email ?? subject ?? "–", 40),
        printable(message, 200),
      ];
      print(json ? JSON.stringify(failure) : cells.join("  "));
    }
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
}

/** Asks a job to stop. What it has written stays. */
export async function cancelJob(settings: Settings, id: string, { json }: { json?: boolean }): Promise<void> {
  const job = await connect(settings).client.cancelJob(id);
  if (json) return print(JSON.stringify(job));
  print(
    job.state === "cancelled"
      ? `Job ${id} is cancelled. The ${count(job.processed)} rows that it had done stay.`
      : `Job ${id} stops after the rows that it has in hand. What it has written stays.`,
  );
}

export type RetryFlags = EndFlags & { stopAfter?: number };

/**
 * Goes on with a job where it stopped.
 * @returns the exit code: 1 if it did not come to its end, or a row of it failed
 */
export async function retryJob(
  settings: Settings,
  id: string,
  { stopAfter, ...flags }: RetryFlags,
): Promise<0 | 1> {
  const { client } = connect(settings);
  await client.retryJob(id, stopAfter === undefined ? {} : { stopAfterFailures: stopAfter });
  return awaitEnd(client, id, displayFor(flags), flags);
}

/**
 * Takes a job back, or says what that would do.
 * @returns the exit code: 1 if the undo did not come to its end
 */
export async function undoJob(
  settings: Settings,
  id: string,
  { preview, ...flags }: EndFlags & { preview?: boolean },
): Promise<0 | 1> {
  const { client } = connect(settings);
  if (!preview) {
    const { jobId } = await client.undoJob(id);
    return awaitEnd(client, jobId, displayFor(flags), flags);
  }
  const would = await client.previewUndo(id);
  print(flags.json ? JSON.stringify(would) : undoPreview(id, would));
  return 0;
}

function undoPreview(id: string, { deletes, reverts, changedSince }: UndoPreview): string {
  const rows = [
    ["  would be deleted, because this job created them", count(deletes)],
    ["  would be put back to what they were", count(reverts)],
    ["  would stay, because somebody changed them since", count(changedSince)],
  ];
  return `${textTable(rows, [1])}\n\nTo do it:\n  ${run} jobs undo ${id}`;
}
