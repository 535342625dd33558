import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { Report } from "@roster/domain/imports/import-report.ts";
import { type BulkChange, listsOfChange, readSubject } from "@roster/domain/jobs/bulk-change.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { lockContacts } from "@roster/store/contacts/contact-lock.ts";
import { contactsByIds } from "@roster/store/contacts/contact-read.ts";
import { requireScope } from "../accounts/authentication.ts";
import { requestOrigin } from "../contacts/write-origin.ts";
import type { Deps } from "../deps.ts";
import { requireLists } from "../lists/list-changes.ts";
import { retrying } from "../retry.ts";
import { type BulkFailure, decideBulkChange, listedContactIds, writeBulkDecision } from "./bulk-decision.ts";

/** Most contacts that one request changes while its caller waits. */
export const bulkNowLimit = 1000;

/**
 * Changes contacts inside the request, in one transaction. It leaves nothing to be undone by: for that, start a job.
 * @throws Refused missing_scope, too_many_items, not_found (a list)
 */
export async function changeContactsNow(
  deps: Deps,
  scope: TenantScope,
  { ids, change }: { ids: readonly string[]; change: BulkChange },
): Promise<{ report: Report; failures: BulkFailure[] }> {
  requireScope(scope, "contacts:write");
  if (ids.length > bulkNowLimit) throw new Refused({ code: "too_many_items", limit: bulkNowLimit });
  const seen = new Set<string>();
  const subjects = ids.map((id) => readSubject(id, seen));
  const origin = requestOrigin(scope);
  const listed = listedContactIds(subjects);
  return retrying(() =>
    deps.sql.begin(async (tx) => {
      const { add, remove } = listsOfChange(change);
      await requireLists(tx, scope.tenantId, [...add, ...remove]);
      // So that any number of requests about the same contacts take turns.
      await lockContacts(tx, scope.tenantId, listed);
      const contacts = await contactsByIds(tx, scope.tenantId, listed);
      const decision = decideBulkChange({ subjects, contacts }, change);
      const report = await writeBulkDecision(deps, tx, scope, decision, change, origin);
      return { report, failures: decision.failures };
    }),
  );
}
