import { TRPCClientError } from "@trpc/client";

export type Rest = { server: string; headers: Record<string, string>; fetch: typeof fetch };

/**
 * What the server answers to a GET, as it comes. A stream that may be millions of rows long has no place in a tRPC answer, so
 * these calls go to REST.
 * @param path begins with `/v1/`
 * @throws RosterError when the server refuses, or cannot be reached
 */
export async function restStream(
  { server, headers, fetch }: Rest,
  path: string,
  signal?: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  let response: Response;
  try {
    response = await fetch(`${server}${path}`, { headers, signal: signal ?? null });
  } catch (error) {
    throw TRPCClientError.from(error as Error);
  }
  if (response.ok && response.body !== null) return response.body;
  throw TRPCClientError.from(await refusal(response));
}

/** The server's REST refusal in the form of its tRPC ones, so that callers tell them apart in one way. */
async function refusal(response: Response) {
  const text = await response.text();
  let said: { error?: unknown; code?: unknown } = {};
  try {
    said = JSON.parse(text) as typeof said;
  } catch {
    // A proxy's page, say: its status is all that it tells.
  }
  const message = typeof said.error === "string" ? said.error : `The server answered ${response.status}.`;
  const refusal = typeof said.code === "string" ? said.code : null;
  return { error: { message, code: -32_000, data: { httpStatus: response.status, refusal } } };
}
