import type { ContactInput } from "@roster/domain/contact.ts";
import type { Report, RowOutcome } from "@roster/domain/import-report.ts";
import { Refused } from "@roster/domain/refusal.ts";
import type { TenantScope } from "@roster/domain/scope.ts";
import { upsertLimit, type WritePolicy } from "@roster/domain/write-policy.ts";
import { requireScope } from "./authentication.ts";
import { decideWrites, requestOrigin, writeDecision } from "./contact-write.ts";
import type { Deps } from "./deps.ts";
import { retrying } from "./retry.ts";

/**
 * Creates or merges up to 10,000 contacts within one request, in order, in one transaction: the outcome equals sending
 * them one by one. A row that fails changes nothing and hinders no other.
 * @returns what became of each contact, in the order of the input, and the sums
 * @throws Refused missing_scope, too_many_items, plan_limit_exceeded (nothing is written), busy
 */
export async function upsertContacts(
  deps: Deps,
  scope: TenantScope,
  { contacts, policy }: { contacts: readonly ContactInput[]; policy: WritePolicy },
): Promise<{ outcomes: RowOutcome[]; report: Report }> {
  requireScope(scope, "contacts:write");
  if (contacts.length > upsertLimit) throw new Refused({ code: "too_many_items", limit: upsertLimit });
  const origin = requestOrigin(scope);
  return retrying(async () => {
    const decision = await decideWrites(deps, scope, contacts, policy, origin);
    const { outcomes, report, created, updated } = decision;
    if (created.length > 0 || updated.length > 0) {
      await deps.sql.begin((tx) => writeDecision(deps, tx, scope, decision, policy, origin));
    }
    return { outcomes, report };
  });
}
