import type { AppRouter } from "@roster/api/trpc/router.ts";
import { type TRPCClient, TRPCClientError } from "@trpc/client";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { byteStream } from "./byte-stream.ts";
import { newIdempotencyKey } from "./idempotency-key.ts";
import { withSecondTry } from "./second-try.ts";

type Inputs = inferRouterInputs<AppRouter>["imports"];
type Outputs = inferRouterOutputs<AppRouter>["imports"];

type FileBytes = Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * CSV, NDJSON or a JSON array, each plain or gzipped; or one that the server has already, such as a preview. A Blob, or a
 * function that opens the file anew, is sent a second time where the connection broke; the bytes of a stream are gone then.
 */
export type ImportFile = FileBytes | (() => FileBytes) | { readonly uploadId: string };

/** What to do with the rows, and what is known about the file; what is not said is detected. */
export type ImportOptions = Omit<Inputs["start"], "uploadId"> & { signal?: AbortSignal };

/** What to read a file as, and how many of its rows to show. */
export type PreviewOptions = Omit<Inputs["preview"], "uploadId"> & { signal?: AbortSignal };

export type UploadTarget = {
  /** Where the tRPC routes are, without a slash at the end. */
  api: string;
  headers: Record<string, string>;
  fetch: typeof fetch;
  trpc: TRPCClient<AppRouter>;
};

/**
 * Sends the file as the body of one request, then starts its import. Where no answer comes, each is tried a second time: a file that
 * came in twice is swept, and the start has an Idempotency-Key, so that there is one job.
 * @throws RosterError when the server refuses, or cannot be reached
 */
export async function importFile(
  target: UploadTarget,
  file: ImportFile,
  { signal, ...options }: ImportOptions = {},
): Promise<{ jobId: string }> {
  const uploadId = await uploadIdOf(target, file, signal);
  const context = { idempotencyKey: newIdempotencyKey() };
  const start = () =>
    target.trpc.imports.start.mutate({ ...options, uploadId }, { context, ...(signal && { signal }) });
  const { jobId } = await withSecondTry(start, signal);
  return { jobId };
}

/**
 * Sends the file, and asks what an import would make of its beginning.
 * @throws RosterError when the server refuses, or cannot be reached
 */
export async function previewFile(
  target: UploadTarget,
  file: ImportFile,
  { signal, ...options }: PreviewOptions = {},
): Promise<Outputs["preview"]> {
  const uploadId = await uploadIdOf(target, file, signal);
  const preview = () =>
    target.trpc.imports.preview.mutate({ ...options, uploadId }, signal ? { signal } : {});
  return withSecondTry(preview, signal);
}

/** Sends a file to be kept. @throws RosterError when the server refuses, or cannot be reached */
export async function uploadIdOf(
  target: UploadTarget,
  file: ImportFile,
  signal?: AbortSignal,
): Promise<string> {
  if ("uploadId" in file) return file.uploadId;
  const opensAgain = file instanceof Blob || typeof file === "function";
  const send = () => upload(target, typeof file === "function" ? file() : file, signal);
  const { uploadId } = await (opensAgain ? withSecondTry(send, signal) : send());
  return uploadId;
}

/** By fetch itself, since tRPC's links hold a body in memory before they send it. */
async function upload(
  { api, headers, fetch }: UploadTarget,
  file: FileBytes,
  signal?: AbortSignal,
): Promise<Outputs["upload"]> {
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
    if (response.ok) return (answer as { result: { data: Outputs["upload"] } }).result.data;
    throw TRPCClientError.from(answer as Parameters<typeof TRPCClientError.from>[0]);
  } catch (error) {
    throw error instanceof TRPCClientError ? error : TRPCClientError.from(error as Error);
  }
}
