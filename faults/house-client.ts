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

/** A request in a tenant's name. `idempotencyKey`: null where it counts once without one. */
export type HouseRequest = {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  body?: { type: string; content: Buffer | string };
  idempotencyKey?: string | null;
};

export type HouseAnswer = { status: number; body: string };

/** Asks once. @throws what fetch throws when no answer comes */
export async function ask(
  url: string,
  { key }: Pick<Tenant, "key">,
  request: HouseRequest,
): Promise<HouseAnswer> {
  const { method, path, body, idempotencyKey } = request;
  const headers = {
    authorization: `Bearer ${key}`,
    ...(body !== undefined && { "content-type": body.type }),
    ...(idempotencyKey && { "idempotency-key": idempotencyKey }),
  };
  const content = body === undefined ? {} : { body: body.content };
  const answer = await fetch(url + path, { method, headers, ...content });
  return { status: answer.status, body: await answer.text() };
}

/**
 * Asks as a careful program does: the same request again, with the same Idempotency-Key, whenever no answer came or the server
 * said that the fault is its own.
 * @returns the answer, and after how many tries it came
 * @throws Error when the server says that the fault is the client's
 */
export async function insist<Answer>(
  url: string,
  tenant: Pick<Tenant, "key">,
  request: HouseRequest,
): Promise<{ answer: Answer; tries: number }> {
  const keyed = { idempotencyKey: randomUUID(), ...request };
  for (let tries = 1; ; tries++) {
    const heard = await ask(url, tenant, keyed).catch(() => null);
    if (heard !== null && heard.status < 300) return { answer: JSON.parse(heard.body) as Answer, tries };
    if (heard !== null && heard.status < 500) {
      throw new Error(`${request.method} ${request.path} was answered ${heard.status}: ${heard.body}`);
    }
    if (tries > 600) throw new Error(`${request.method} ${request.path} was not answered in 600 tries.`);
    await pause(100);
  }
}

/** What a request that starts a job answers. */
export type JobStarted = { data: { jobId: string } };

/** What stands in a body. */
export const json = (value: unknown) => ({ type: "application/json", content: JSON.stringify(value) });

const csvUpload = (csv: Buffer) =>
  ({ method: "POST", path: "/v1/contacts/imports", body: { type: "text/csv", content: csv } }) as const;

/** Sends a file once. @throws what fetch throws when no answer comes */
export function sendFile(
  url: string,
  tenant: Tenant,
  csv: Buffer,
  idempotencyKey: string,
): Promise<HouseAnswer> {
  return ask(url, tenant, { ...csvUpload(csv), idempotencyKey });
}

/** An upload that was taken at last. */
export type Uploaded = { jobId: string; tries: number };

/** Uploads a file of contacts, until it is taken. */
export async function upload(url: string, tenant: Tenant, csv: Buffer): Promise<Uploaded> {
  const { answer, tries } = await insist<JobStarted>(url, tenant, csvUpload(csv));
  return { jobId: answer.data.jobId, tries };
}

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
