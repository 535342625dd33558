import { type ImportStart, startImport } from "@roster/usecases/imports/imports.ts";
import { dropUpload, type Received } from "@roster/usecases/imports/uploads.ts";
import { replyOnce } from "./idempotency.ts";

/** A stored file, which came with the request or was here already, and what its sender wants done with it. */
export type ImportFile = Omit<ImportStart, "uploadId"> & { upload: Received | { uploadId: string } };

/**
 * Queues the import of a file that has come in whole, and answers 202. A file that came with the request and that no
 * import takes is dropped at once: the sender was refused, or repeats a request that has its answer already.
 * @param shown the answer's body
 */
export async function replyWithImport(
  call: Parameters<typeof replyOnce>[0],
  { upload, ...options }: ImportFile,
  shown: (started: { jobId: string; status: "queued" }) => object,
): Promise<void> {
  const { uploadId } = upload;
  const came = "sha256" in upload ? upload : null;
  let queued = false;
  try {
    await replyOnce(
      call,
      { file: came?.sha256 ?? uploadId, fileName: came?.name, ...options },
      async (deps) => {
        const started = await startImport(deps, call.scope, { uploadId, ...options });
        queued = true;
        return { status: 202, body: shown(started) };
      },
    );
  } finally {
    if (!queued && came !== null) await dropUpload(call.deps, call.scope, uploadId);
  }
}
