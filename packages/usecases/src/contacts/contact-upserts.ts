import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import { upsertLimit, type WritePolicy } from "@roster/domain/contacts/write-policy.ts";
import {
  countOutcome,
  emptyReport,
  type Report,
  type RowOutcome,
} from "@roster/domain/imports/import-report.ts";
import type { RowResult } from "@roster/domain/imports/import-row.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { decideWrites } from "./contact-decision.ts";
import { landDecision } from "./contact-landing.ts";
import { requestOrigin } from "./write-origin.ts";

/**
 * Creates or merges up to 10,000 contacts within one request, in order, in one transaction: the outcome equals sending
 * them one by one. A row that fails changes nothing and hinders no other.
 * @returns what became of each contact, in the order of the input, and the sums
 * @throws Refused missing_scope, too_many_items, plan_limit_exceeded (nothing is written), not_found (the list), busy
 */
export function upsertContacts(
  deps: Deps,
  scope: TenantScope,
  { contacts, policy }: { contacts: readonly ContactInput[]; policy: WritePolicy },
): Promise<{ outcomes: RowOutcome[]; report: Report }> {
  return upsertRows(deps, scope, { rows: contacts.map((input) => ({ ok: true, input })), policy });
}

/**
 * As `upsertContacts`, for rows of which some may have failed while they were read: each of them is a failed row at its
 * place.
 * @param options.allOrNothing where any row fails, for whatever reason, nothing is written
 */
export async function upsertRows(
  deps: Deps,
  scope: TenantScope,
  options: { rows: readonly RowResult[]; policy: WritePolicy; allOrNothing?: boolean },
): Promise<{ outcomes: RowOutcome[]; report: Report }> {
  requireScope(scope, "contacts:write");
  const { rows, policy, allOrNothing = false } = options;
  if (rows.length > upsertLimit) throw new Refused({ code: "too_many_items", limit: upsertLimit });
  const contacts = rows.flatMap((row) => (row.ok ? [row.input] : []));
  const origin = requestOrigin(scope);
  const decide = async (deps: Deps) => {
    const decision = await decideWrites(deps, scope, contacts, policy, origin);
    const anyFailed = contacts.length < rows.length || decision.report.counters.failed > 0;
    return allOrNothing && anyFailed ? { ...decision, created: [], updated: [], listId: null } : decision;
  };
  return landDecision(deps, scope, { policy, origin, decide }, (_, { outcomes }) =>
    withUnread(rows, outcomes),
  );
}

/** The outcomes of the rows that could be read, with the others at their places. */
function withUnread(
  rows: readonly RowResult[],
  outcomes: readonly RowOutcome[],
): { outcomes: RowOutcome[]; report: Report } {
  const report = emptyReport();
  let next = 0;
  const all = rows.map((row): RowOutcome => {
    const outcome = row.ok ? outcomes[next++]! : { kind: "failed" as const, problem: row.problem };
    countOutcome(report, outcome);
    return outcome;
  });
  return { outcomes: all, report };
}
