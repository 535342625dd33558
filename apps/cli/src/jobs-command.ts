import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Job } from "@roster/client/client.ts";
import type { Settings } from "./config.ts";
import { connect } from "./connection.ts";
import { jobSummary } from "./job-summary.ts";
import { count } from "./quantity.ts";
import { printable, textTable } from "./text-table.ts";

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** The newest jobs, one a line. */
export async function listJobs(
  settings: Settings,
  { limit, json }: { limit: number; json?: boolean },
): Promise<void> {
  const { jobs, hasMore } = await connect(settings).client.jobs.list.query({ limit });
  if (json) return print(JSON.stringify(jobs));
  if (jobs.length === 0)
    return print("There is no job yet. Start one: npm run --silent roster -- import contacts.csv");
  print(
    textTable(
      [["job", "file", "state", "", "rows", "created", "updated", "failed", "begun"], ...jobs.map(jobRow)],
      [3, 4, 5, 6, 7],
    ),
  );
  if (hasMore) print(`There are more: --limit ${limit * 2}`);
}

function jobRow({ id, name, state, progress, processed, counters, createdAt }: Job): string[] {
  const numbers = [processed, counters.created, counters.updated, counters.failed].map(count);
  return [
    id,
    name === null ? "–" : printable(name, 32),
    state,
    `${progress} %`,
    ...numbers,
    createdAt.slice(0, 16).replace("T", " "),
  ];
}

/** One job with its counters and its first failed rows. */
export async function showJob(settings: Settings, id: string, { json }: { json?: boolean }): Promise<void> {
  const { jobs } = connect(settings).client;
  const job = await jobs.get.query({ id });
  if (json) return print(JSON.stringify(job));
  const { failures } = await jobs.failures.query({ id, limit: 10 });
  print(jobSummary(job, failures));
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
      const { row, field, value, message } = failure;
      const cells = [
        count(row),
        printable(field ?? "–", 24),
        printable(value ?? "–", 40),
        printable(message, 200),
      ];
      print(json ? JSON.stringify(failure) : cells.join("  "));
    }
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
}

/** Asks a job to stop. What it has written stays. */
export async function cancelJob(settings: Settings, id: string, { json }: { json?: boolean }): Promise<void> {
  const job = await connect(settings).client.jobs.cancel.mutate({ id });
  if (json) return print(JSON.stringify(job));
  print(
    job.state === "cancelled"
      ? `Job ${id} is cancelled. The ${count(job.processed)} rows that it had done stay.`
      : `Job ${id} stops after the rows that it has in hand. What it has written stays.`,
  );
}
