import { ImportPolicy } from "@roster/domain/import-policy.ts";
import { JobName } from "@roster/domain/job.ts";
import { SourceHints, startImport } from "@roster/usecases/imports.ts";
import { receiveUpload } from "@roster/usecases/uploads.ts";
import { octetInputParser } from "@trpc/server/http";
import { z } from "zod";
import { procedure, router } from "./init.ts";

const Start = z.strictObject({
  uploadId: z.string(),
  /** What the job is called; a file's name, say. */
  name: JobName.nullable().default(null),
  /** What the sender knows about the file; the rest is detected. */
  hints: SourceHints.prefault({}),
  policy: ImportPolicy.prefault({}),
});

/** An import takes two calls: a stream of bytes has no room for options beside it. */
export const imports = router({
  /** The file's bytes, as they are, as application/octet-stream; they are stored while they arrive. */
  upload: procedure
    .input(octetInputParser)
    .mutation(({ ctx, input }) =>
      receiveUpload(ctx.deps, ctx.scope, input, { name: null, contentType: null, limitBytes: null }),
    ),

  start: procedure.input(Start).mutation(({ ctx, input }) => startImport(ctx.deps, ctx.scope, input)),
});
