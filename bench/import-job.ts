import { createReadStream } from "node:fs";
import type { FileFormat } from "./contact-file.ts";

/** A tenant as a client of the API: its address and key. */
export type Client = { url: string; key: string };

/** What a benchmark reads of a job; times are ISO 8601. */
export type JobSight = {
  state: "queued" | "running" | "completed" | "failed" | "cancelled";
  processed: number;
  counters: { created: number; updated: number; unchanged: number; duplicate: number; failed: number };
  error: unknown;
  startedAt: string | null;
  finishedAt: string | null;
};

export type ContactFile = {
  path: string;
  format: FileFormat;
  gzip?: boolean;
  /** What its rows are: contacts, where nothing is said. */
  target?: "events";
};

const mediaTypes: Record<FileFormat, string> = {
  csv: "text/csv",
  ndjson: "application/x-ndjson",
  json: "application/json",
};

/** Streams a file to the asynchronous import. @returns the job that was answered */
export async function sendImport(client: Client, file: ContactFile): Promise<string> {
  const answer = await fetch(`${client.url}/v1/${file.target ?? "contacts"}/imports`, {
    method: "POST",
    headers: {
      ...authorization(client),
      "content-type": mediaTypes[file.format],
      ...(file.gzip === true ? { "content-encoding": "gzip" } : {}),
    },
    // Node's fetch takes any stream, and its types only the web's.
    body: createReadStream(file.path) as never,
    duplex: "half",
  } as RequestInit);
  if (answer.status !== 202)
    throw new Error(`The upload was answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { data: { jobId: string } }).data.jobId;
}

export async function seeJob(client: Client, jobId: string): Promise<JobSight> {
  const answer = await fetch(`${client.url}/v1/jobs/${jobId}`, { headers: authorization(client) });
  return ((await answer.json()) as { data: JobSight }).data;
}

/**
 * Looks at a job until it has completed.
 * @param everyMs how long to wait between two looks
 * @param look told what was seen each time
 */
export async function completedJob(
  client: Client,
  jobId: string,
  everyMs: number,
  look: (job: JobSight) => void = () => {},
): Promise<JobSight> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    const job = await seeJob(client, jobId);
    look(job);
    if (job.state === "completed") return job;
    if (job.state === "failed" || job.state === "cancelled")
      throw new Error(`The job ended as ${job.state}: ${JSON.stringify(job.error)}`);
  }
}

export async function cancelJob(client: Client, jobId: string): Promise<void> {
  await fetch(`${client.url}/v1/jobs/${jobId}/cancel`, { method: "POST", headers: authorization(client) });
}

function authorization({ key }: Client) {
  return { authorization: `Bearer ${key}` };
}
