import { expect } from "vitest";
import { z } from "zod";
import type { RunningApi } from "../running-api.ts";
import { type RawRequest, rawCall } from "./raw-call.ts";

/**
 * Sends a request and finds no fault of the server's: no 5xx, and an envelope that its clients can read.
 * @returns the status
 */
export async function judged(api: RunningApi, request: RawRequest, envelope: z.ZodType): Promise<number> {
  const lines = api.logLines.length;
  const answer = await rawCall(api.url, request);
  const facts = () => `${shown(request)}\n${answer.status} ${answer.text}`;
  if (answer.status >= 500) expect.fail(`${facts()}\n${api.logLines.slice(lines).join("")}`);
  if (answer.status < 400) return answer.status;
  expect(answer.contentType, facts()).toMatch(/^application\/json/);
  const read = envelope.safeParse(JSON.parse(answer.text));
  if (!read.success) expect.fail(`${facts()}\n${z.prettifyError(read.error)}`);
  return answer.status;
}

function shown({ method, path, headers, body }: RawRequest): string {
  return `${method} ${path} ${JSON.stringify(headers)} ${body?.toString().slice(0, 1000) ?? ""}`;
}
