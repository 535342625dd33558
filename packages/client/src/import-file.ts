import type { AppRouter } from "@roster/api/trpc/router.ts";
import { type TRPCClient, TRPCClientError } from "@trpc/client";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { byteStream } from "./byte-stream.ts";

type Start = inferRouterInputs<AppRouter>["imports"]["start"];
type Uploaded = inferRouterOutputs<AppRouter>["imports"]["upload"];

/** CSV, NDJSON or a JSON array, each plain or gzipped. */
export type ImportFile = Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** What to do with the rows, and what is known about the file; what is not said is detected. */
export type ImportOptions = Omit<Start, "uploadId"> & { signal?: AbortSignal };

export type UploadTarget = {
  /** Where the tRPC routes are, without a slash at the end. */
  api: string;
  headers: Record<string, string>;
  fetch: typeof fetch;
  trpc: TRPCClient<AppRouter>;
};

/**
 * Sends the file as the body of one request, then starts its import.
 * @throws RosterError when the server refuses, or cannot be reached
 */
export async function importFile(
  target: UploadTarget,
  file: ImportFile,
  { signal, ...options }: ImportOptions = {},
): Promise<{ jobId: string }> {
  const { uploadId } = await upload(target, file, signal);
  const { jobId } = await target.trpc.imports.start.mutate(
    { ...options, uploadId },
    signal ? { signal } : {},
  );
  return { jobId };
}

/** By fetch itself, since tRPC's links hold a body in memory before they send it. */
async function upload(
  { api, headers, fetch }: UploadTarget,
  file: ImportFile,
  signal?: AbortSignal,
): Promise<Uploaded> {
  const body = file instanceof Blob || file instanceof ReadableStream ? file : byteStream(file);
  // `duplex` is needed for a stream and unknown to the type of fetch's options.
  const init: RequestInit & { duplex: "half" } = {
    method: "POST",
    headers: { ...headers, "content-type": "application/octet-stream" },
    body,
    duplex: "half",
    // Without these two, Node keeps a copy of the whole body in case it has to be sent again: 1.1 GB of memory for 1 GB.
    redirect: "error",
    window: null,
    signal: signal ?? null,
  };
  try {
    const response = await fetch(`${api}/imports.upload`, init);
    const answer: unknown = await response.json();
    if (response.ok) return (answer as { result: { data: Uploaded } }).result.data;
    throw TRPCClientError.from(answer as Parameters<typeof TRPCClientError.from>[0]);
  } catch (error) {
    throw error instanceof TRPCClientError ? error : TRPCClientError.from(error as Error);
  }
}
