import { type ImportStart, startImport } from "@roster/usecases/imports.ts";
import { dropUpload, type Received } from "@roster/usecases/uploads.ts";
import { replyOnce } from "./idempotency.ts";

/** A stored file and what its sender wants done with it. */
export type ImportFile = Omit<ImportStart, "uploadId"> & { upload: Received };

/**
 * Queues the import of a file that has come in whole, and answers 202. A file that no import takes is dropped at once: the
 * sender was refused, or repeats a request that has its answer already.
 * @param shown the answer's body
 */
export async function replyWithImport(
  call: Parameters<typeof replyOnce>[0],
  { upload: { uploadId, sha256 }, ...options }: ImportFile,
  shown: (started: { jobId: string; status: "queued" }) => object,
): Promise<void> {
  let queued = false;
  try {
    await replyOnce(call, { sha256, ...options }, async (deps) => {
      const started = await startImport(deps, call.scope, { uploadId, ...options });
      queued = true;
      return { status: 202, body: shown(started) };
    });
  } finally {
    if (!queued) await dropUpload(call.deps, call.scope, uploadId);
  }
}
