import { HealthAction } from "@roster/domain/health/health-action.ts";
import { FoundClass, HealthReason } from "@roster/domain/health/list-health.ts";
import { changeFoundContacts, listHealthFindings } from "@roster/usecases/health/health-findings.ts";
import { healthStats, listHealthRuns, startHealthRun } from "@roster/usecases/health/list-health.ts";
import { z } from "zod";
import { shownContact } from "./contact-output.ts";
import { Limit, procedure, router } from "./init.ts";

const page = { limit: Limit, cursor: z.string().optional() };

const Findings = z.strictObject({
  /** A finished run; the latest where it is left out. */
  runId: z.string().optional(),
  class: FoundClass.optional(),
  reason: HealthReason.optional(),
  ...page,
});

/** List health: who is invalid, risky or unengaged. */
export const health = router({
  /** Starts a run over all contacts, or names the one that has not ended; see `jobs.watch`. */
  run: procedure
    .input(z.strictObject({}).optional())
    .mutation(({ ctx }) => startHealthRun(ctx.deps, ctx.scope)),

  /** The totals now, and what the last finished run found. */
  stats: procedure.query(async ({ ctx }) => {
    const { lastRunAt, ...stats } = await healthStats(ctx.deps, ctx.scope);
    return { ...stats, lastRunAt: lastRunAt?.toISOString() ?? null };
  }),

  /** Finished runs, newest first: the trend. */
  runs: procedure.input(z.strictObject(page)).query(async ({ ctx, input }) => {
    const { runs, ...rest } = await listHealthRuns(ctx.deps, ctx.scope, input);
    const shown = runs.map(({ startedAt, finishedAt, ...run }) => {
      return { ...run, startedAt: startedAt.toISOString(), finishedAt: finishedAt.toISOString() };
    });
    return { ...rest, runs: shown };
  }),

  /** Whom a run found, with why, as the contacts are now. */
  findings: procedure.input(Findings).query(async ({ ctx, input }) => {
    const { findings, ...rest } = await listHealthFindings(ctx.deps, ctx.scope, input);
    const shown = findings.map(({ contact, lastOpenedAt, reasons, ...finding }) => {
      const lastOpened = lastOpenedAt?.toISOString() ?? null;
      return { ...finding, reasons: [...reasons], lastOpenedAt: lastOpened, contact: shownContact(contact) };
    });
    return { ...rest, findings: shown };
  }),

  /** Starts a job that tags or unsubscribes whom a run found. */
  change: procedure
    .input(HealthAction)
    .mutation(({ ctx, input }) => changeFoundContacts(ctx.deps, ctx.scope, input)),
});
