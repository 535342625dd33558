import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import type { HealthCounts } from "@roster/domain/health/health-count.ts";
import { HealthClass, HealthReason, type HealthRules } from "@roster/domain/health/list-health.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { contactTotals } from "@roster/store/contacts/contact-counts.ts";
import {
  type FinishedHealthRun,
  healthRunById,
  healthRunPage,
  latestHealthRun,
} from "@roster/store/health/health-runs.ts";
import { unfinishedRun } from "@roster/store/jobs/sole-run.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { type StartedRun, startSoleRun } from "../jobs/sole-run.ts";

/** Queues a run that classifies every contact that is there now. @throws Refused missing_scope */
export async function startHealthRun(deps: Deps, scope: TenantScope): Promise<StartedRun> {
  return startSoleRun(deps, scope, "health");
}

/** What one run came to. */
export type HealthRunView = {
  /** That of its job. */
  id: string;
  startedAt: Date;
  finishedAt: Date;
  /** 0–100, see `healthScore`. */
  healthScore: number;
  /** All contacts that it looked at. */
  contacts: number;
  healthyCount: number;
  invalidCount: number;
  riskyCount: number;
  unengagedCount: number;
  bouncedCount: number;
  complainedCount: number;
  /** How many contacts have each reason; a contact may have several. */
  reasons: Record<HealthReason, number>;
  rules: HealthRules;
  /** Whether domains were asked for their mail servers, and for how many contacts no answer came. */
  dns: boolean;
  unanswered: number;
  /** Whether the contacts that it found can still be listed. */
  findingsKept: boolean;
};

/** How a list is now, and what the last run found. What only a run knows is null before the first one. */
export type HealthStats = {
  totalContacts: number;
  activeContacts: number;
  bouncedCount: number;
  complainedCount: number;
  healthScore: number | null;
  lastRunAt: Date | null;
  lastRunId: string | null;
  healthyCount: number | null;
  invalidCount: number | null;
  riskyCount: number | null;
  unengagedCount: number | null;
  reasons: Record<HealthReason, number> | null;
  rules: HealthRules | null;
  dns: boolean | null;
  unanswered: number | null;
  /** The job of the run that is queued or running. */
  runningJobId: string | null;
};

/** The totals as they are now, and the last finished run's counts. @throws Refused missing_scope */
export async function healthStats(deps: Deps, scope: TenantScope): Promise<HealthStats> {
  requireScope(scope, "contacts:read");
  const { tenantId } = scope;
  const [totals, latest, running] = await Promise.all([
    contactTotals(deps.sql, tenantId),
    latestHealthRun(deps.sql, tenantId),
    unfinishedRun(deps.sql, tenantId, "health"),
  ]);
  const run = latest === null ? null : healthRunView(latest);
  const { active, unsubscribed, bounced, complained } = totals;
  return {
    totalContacts: active + unsubscribed + bounced + complained,
    activeContacts: active,
    bouncedCount: bounced,
    complainedCount: complained,
    healthScore: run?.healthScore ?? null,
    lastRunAt: run?.finishedAt ?? null,
    lastRunId: run?.id ?? null,
    healthyCount: run?.healthyCount ?? null,
    invalidCount: run?.invalidCount ?? null,
    riskyCount: run?.riskyCount ?? null,
    unengagedCount: run?.unengagedCount ?? null,
    reasons: run?.reasons ?? null,
    rules: run?.rules ?? null,
    dns: run?.dns ?? null,
    unanswered: run?.unanswered ?? null,
    runningJobId: running?.jobId ?? null,
  };
}

const RunCursor = z.tuple([z.uuid()]);

/** A page of finished runs, newest first: the trend. @throws Refused missing_scope, invalid (the cursor) */
export async function listHealthRuns(
  deps: Deps,
  scope: TenantScope,
  query: { limit: number; cursor?: string | undefined },
): Promise<{ runs: HealthRunView[]; cursor: string | null; hasMore: boolean }> {
  requireScope(scope, "contacts:read");
  const beforeId = query.cursor === undefined ? undefined : decodeCursor(query.cursor, RunCursor)[0];
  const found = await healthRunPage(deps.sql, scope.tenantId, { limit: query.limit, beforeId });
  const runs = found.slice(0, query.limit).map(healthRunView);
  const hasMore = found.length > query.limit;
  return { runs, hasMore, cursor: hasMore ? encodeCursor([runs.at(-1)!.id]) : null };
}

/**
 * The finished run of that id, else the latest; null where no id is given and there is none yet.
 * @throws Refused not_found, invalid (field `runId`: what it found is no longer kept)
 */
export async function runWithFindings(
  deps: Deps,
  { tenantId }: TenantScope,
  runId: string | undefined,
): Promise<FinishedHealthRun | null> {
  if (runId === undefined) return latestHealthRun(deps.sql, tenantId);
  const run = isUuid(runId) ? await healthRunById(deps.sql, tenantId, runId) : null;
  if (run === null) throw new Refused({ code: "not_found", what: "health run" });
  if (run.findingsKept) return run;
  const message =
    "Whom this run found is no longer kept: it is for the two newest runs. Leave runId out for the latest, or start a new run.";
  throw new Refused({ code: "invalid", issues: [{ field: "runId", code: "findings_gone", message }] });
}

function healthRunView(run: FinishedHealthRun): HealthRunView {
  const { id, startedAt, finishedAt, score, counts, rules, dns, findingsKept } = run;
  return {
    id,
    startedAt,
    finishedAt,
    healthScore: score,
    contacts: contactsOf(counts),
    healthyCount: counts.classes.healthy,
    invalidCount: counts.classes.invalid,
    riskyCount: counts.classes.risky,
    unengagedCount: counts.classes.unengaged,
    bouncedCount: counts.bounced,
    complainedCount: counts.complained,
    // As jsonb keeps them, the names are in another order.
    reasons: Object.fromEntries(
      HealthReason.options.map((reason) => [reason, counts.reasons[reason]]),
    ) as Record<HealthReason, number>,
    rules,
    dns,
    unanswered: counts.unanswered,
    findingsKept,
  };
}

function contactsOf({ classes }: HealthCounts): number {
  return HealthClass.options.reduce((sum, name) => sum + classes[name], 0);
}
