import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { JobName } from "@roster/domain/jobs/job.ts";
import { requireBulkImport } from "@roster/usecases/accounts/authentication.ts";
import { previewImport } from "@roster/usecases/imports/import-preview.ts";
import { SourceHints, startImport } from "@roster/usecases/imports/imports.ts";
import { receiveUpload } from "@roster/usecases/imports/uploads.ts";
import { octetInputParser } from "@trpc/server/http";
import { z } from "zod";
import { procedure, router } from "./init.ts";

const file = {
  uploadId: z.string(),
  /** What the sender knows about the file; the rest is detected. */
  hints: SourceHints.prefault({}),
  policy: ImportPolicy.prefault({}),
};

const Start = z.strictObject({
  ...file,
  /** What the job is called; a file's name, say. */
  name: JobName.nullable().default(null),
});

const Preview = z.strictObject({
  ...file,
  /** How many rows to show. */
  rows: z.number().int().min(1).max(100).default(10),
});

/** An import takes two calls: a stream of bytes has no room for options beside it. */
export const imports = router({
  /** The file's bytes, as they are, as application/octet-stream; they are stored while they arrive. */
  upload: procedure
    .input(octetInputParser)
    .mutation(({ ctx, input }) =>
      receiveUpload(ctx.deps, ctx.scope, input, { name: null, contentType: null, limitBytes: null }),
    ),

  /** What an import of the file would make of its beginning. It writes nothing; but a mapping may be too long for an address. */
  preview: procedure.input(Preview).mutation(async ({ ctx, input }) => ({
    uploadId: input.uploadId,
    ...(await previewImport(ctx.deps, ctx.scope, input)),
  })),

  start: procedure.input(Start).mutation(({ ctx, input }) => {
    if (input.policy.target !== "events") requireBulkImport(ctx.scope);
    return startImport(ctx.deps, ctx.scope, input);
  }),
});
