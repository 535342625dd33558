import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import { type HealthAction, healthChange } from "@roster/domain/health/health-action.ts";
import { FoundClass } from "@roster/domain/health/list-health.ts";
import { decodeCursor, encodeCursor } from "@roster/domain/page.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { type FindingFilter, type FoundContact, findingPage } from "@roster/store/health/health-findings.ts";
import { z } from "zod";
import { requireScope } from "../accounts/authentication.ts";
import { startBulkChange } from "../bulk/bulk.ts";
import type { Deps } from "../deps.ts";
import { csvStream } from "../imports/csv-stream.ts";
import { runWithFindings } from "./list-health.ts";

/** Whom a run found: the run, the latest where it is left out, and of them a class, or those with a reason. */
export type FindingSelection = FindingFilter & { runId?: string | undefined };

/**
 * A page of what a run found, by class and contact. Paging stays with its run when another one is finished meanwhile.
 * `suggestion` is the address that was probably meant.
 * @returns `runId` null and no findings where there is no finished run yet
 * @throws Refused missing_scope, not_found (the run), invalid (the cursor, or a run whose findings are gone)
 */
export async function listHealthFindings(
  deps: Deps,
  scope: TenantScope,
  query: FindingSelection & { limit: number; cursor?: string | undefined },
): Promise<{
  runId: string | null;
  findings: FoundContact[];
  cursor: string | null;
  hasMore: boolean;
}> {
  requireScope(scope, "contacts:read");
  const { limit, cursor, runId, ...filter } = query;
  const behind = cursor === undefined ? undefined : placeOf(cursor, runId);
  const run = await runWithFindings(deps, scope, behind?.runId ?? runId);
  if (run === null) return { runId: null, findings: [], cursor: null, hasMore: false };
  const found = await findingPage(deps.sql, scope.tenantId, run.id, { ...filter, limit, behind });
  const findings = found.slice(0, limit).map(withAddress);
  const hasMore = found.length > limit;
  const last = findings.at(-1);
  const next = hasMore ? encodeCursor([run.id, last!.class, last!.contact.id]) : null;
  return { runId: run.id, findings, cursor: next, hasMore };
}

function placeOf(cursor: string, runId: string | undefined) {
  const ofRun = runId === undefined ? z.uuid() : z.literal(runId);
  const [run, found, contactId] = decodeCursor(cursor, z.tuple([ofRun, FoundClass, z.uuid()]));
  return { runId: run, class: found, contactId };
}

function withAddress(found: FoundContact): FoundContact {
  const { suggestion, contact } = found;
  if (suggestion === null) return found;
  return { ...found, suggestion: contact.email.slice(0, contact.email.lastIndexOf("@") + 1) + suggestion };
}

/** Findings read from the database at a time. */
const pageFindings = 1000;

const columns: { header: string; cell: (found: FoundContact) => string }[] = [
  { header: "id", cell: ({ contact }) => toHouseId(contact.id) },
  { header: "email", cell: ({ contact }) => contact.email },
  { header: "status", cell: ({ contact }) => contact.status },
  { header: "class", cell: (found) => found.class },
  { header: "reasons", cell: ({ reasons }) => reasons.join(";") },
  { header: "suggestion", cell: ({ suggestion }) => suggestion ?? "" },
  { header: "lastOpenedAt", cell: ({ lastOpenedAt }) => lastOpenedAt?.toISOString() ?? "" },
];

/**
 * All that a run found as a CSV, in flat memory; only the header where there is no finished run yet.
 * @throws Refused missing_scope, not_found (the run), invalid (a run whose findings are gone)
 */
export async function exportHealthFindings(
  deps: Deps,
  scope: TenantScope,
  selection: FindingSelection,
): Promise<AsyncIterable<string>> {
  requireScope(scope, "contacts:read");
  const { runId, ...filter } = selection;
  const run = await runWithFindings(deps, scope, runId);
  const headers = columns.map(({ header }) => header);
  return csvStream(headers, run === null ? noRows() : rows(deps, scope, run.id, filter));
}

async function* noRows(): AsyncGenerator<string[]> {}

async function* rows(
  deps: Deps,
  { tenantId }: TenantScope,
  runId: string,
  filter: FindingFilter,
): AsyncGenerator<string[]> {
  let behind: Parameters<typeof findingPage>[3]["behind"];
  for (;;) {
    const page = await findingPage(deps.sql, tenantId, runId, { ...filter, limit: pageFindings, behind });
    const found = page.slice(0, pageFindings).map(withAddress);
    for (const finding of found) yield columns.map(({ cell }) => cell(finding));
    if (page.length <= pageFindings) return;
    const last = found.at(-1)!;
    behind = { class: last.class, contactId: last.contact.id };
  }
}

/**
 * Starts a job that tags or unsubscribes whom a run found, as far as they are still there; both can be undone.
 * @throws Refused missing_scope, not_found (no such run, or none at all yet), invalid (a run whose findings are gone)
 */
export async function changeFoundContacts(
  deps: Deps,
  scope: TenantScope,
  action: HealthAction,
): Promise<{ jobId: string; status: "queued" }> {
  requireScope(scope, "contacts:write");
  const run = await runWithFindings(deps, scope, action.runId);
  if (run === null) throw new Refused({ code: "not_found", what: "health run" });
  const { class: found, reason } = action;
  return startBulkChange(deps, scope, {
    subjects: { found: { runId: run.id, class: found, reason } },
    change: healthChange(action),
    name: `health: ${found ?? reason}`,
  });
}
