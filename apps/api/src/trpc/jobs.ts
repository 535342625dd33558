import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { JobKind } from "@roster/domain/jobs/job.ts";
import { retryJob } from "@roster/usecases/jobs/job-retry.ts";
import { watchJob } from "@roster/usecases/jobs/job-watch.ts";
import { cancelJob, getJob, type JobView, listJobFailures, listJobs } from "@roster/usecases/jobs/jobs.ts";
import { previewUndo, undoJob } from "@roster/usecases/jobs/undo.ts";
import { z } from "zod";
import { Limit, procedure, router } from "./init.ts";

const Id = z.strictObject({ id: z.string() });

/** A job on the wire: times are ISO 8601 texts. */
function shown({ createdAt, startedAt, finishedAt, ...job }: JobView) {
  return {
    ...job,
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

export const jobs = router({
  list: procedure
    .input(z.strictObject({ limit: Limit, cursor: z.string().optional(), kind: JobKind.optional() }))
    .query(async ({ ctx, input }) => {
      const page = await listJobs(ctx.deps, ctx.scope, input);
      return { ...page, jobs: page.jobs.map(shown) };
    }),

  get: procedure
    .input(Id)
    .query(async ({ ctx, input }) => shown(await getJob(ctx.deps, ctx.scope, input.id))),

  /** The rows that failed, in the order of the file. */
  failures: procedure
    .input(z.strictObject({ id: z.string(), limit: Limit, cursor: z.string().optional() }))
    .query(({ ctx, input: { id, ...page } }) => listJobFailures(ctx.deps, ctx.scope, id, page)),

  cancel: procedure
    .input(Id)
    .mutation(async ({ ctx, input }) => shown(await cancelJob(ctx.deps, ctx.scope, input.id))),

  /** Goes on with a failed or cancelled job where it stopped; `stopAfterFailures` counts anew, and null lifts it. */
  retry: procedure
    .input(
      z.strictObject({ id: z.string(), stopAfterFailures: ImportPolicy.shape.stopAfterFailures.nullable() }),
    )
    .mutation(async ({ ctx, input: { id, ...changes } }) =>
      shown(await retryJob(ctx.deps, ctx.scope, id, changes)),
    ),

  /** What an undo would do at this moment. */
  previewUndo: procedure.input(Id).query(({ ctx, input }) => previewUndo(ctx.deps, ctx.scope, input.id)),

  /** Starts a job that takes this one back; see `watch`. */
  undo: procedure.input(Id).mutation(({ ctx, input }) => undoJob(ctx.deps, ctx.scope, input.id)),

  /** The job now, and whenever it changes, until it has ended. */
  watch: procedure.input(Id).subscription(async function* ({ ctx, input, signal }) {
    const left = AbortSignal.any([ctx.stopping, ...(signal === undefined ? [] : [signal])]);
    for await (const job of watchJob(ctx.deps, ctx.scope, input.id, left)) yield shown(job);
  }),
});
