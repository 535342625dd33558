import { randomUUID } from "node:crypto";
import { pause } from "./clock.ts";
import type { Tenant } from "./installation.ts";

/** What this client reads of a job. */
export type JobAnswer = {
  state: "queued" | "running" | "completed" | "failed" | "cancelled";
  progress: number;
  processed: number;
  bytesDone: number;
  counters: Record<string, number>;
};

/** Sends a file once. @throws what fetch throws when no answer comes */
export async function sendFile(
  url: string,
  { key }: Tenant,
  csv: Buffer,
  idempotencyKey: string,
): Promise<{ status: number; body: string }> {
  const headers = {
    authorization: `Bearer ${key}`,
    "content-type": "text/csv",
    "idempotency-key": idempotencyKey,
  };
  const answer = await fetch(`${url}/v1/contacts/imports`, { method: "POST", headers, body: csv });
  return { status: answer.status, body: await answer.text() };
}

/** An upload that was taken at last. */
export type Uploaded = { jobId: string; tries: number };

/**
 * Uploads a file as a careful program does: one Idempotency-Key for the file, and the same request again whenever no
 * answer came or the server said that the fault is its own.
 * @throws Error when the server says that the fault is the client's
 */
export async function upload(url: string, tenant: Tenant, csv: Buffer): Promise<Uploaded> {
  const idempotencyKey = randomUUID();
  for (let tries = 1; ; tries++) {
    try {
      const { status, body } = await sendFile(url, tenant, csv, idempotencyKey);
      if (status === 202) return { jobId: JSON.parse(body).data.jobId as string, tries };
      if (status < 500) throw new Refusal(`The upload was answered ${status}: ${body}`);
    } catch (error) {
      if (error instanceof Refusal) throw error;
    }
    if (tries > 600) throw new Error("The upload was not taken in 600 tries.");
    await pause(100);
  }
}

class Refusal extends Error {}

/** Asks for a job. @returns null when nobody answers, or the server says that it cannot */
export async function askJob(url: string, { key }: Tenant, jobId: string): Promise<JobAnswer | null> {
  let answer: Response;
  let body: string;
  try {
    answer = await fetch(`${url}/v1/jobs/${jobId}`, { headers: { authorization: `Bearer ${key}` } });
    body = await answer.text();
  } catch {
    return null;
  }
  if (answer.status >= 500) return null;
  if (answer.status !== 200) throw new Error(`The job was answered ${answer.status}: ${body}`);
  return (JSON.parse(body) as { data: JobAnswer }).data;
}
