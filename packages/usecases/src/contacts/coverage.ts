import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { type FieldCoverage, fieldCoverage } from "@roster/domain/contacts/contact-field.ts";
import {
  admitted,
  coverageLimit,
  type LocaleCoverage,
  localeCoverage,
} from "@roster/domain/contacts/coverage.ts";
import {
  addToCoverage,
  coverageOf,
  coveredNames,
  dropEmptyCoverage,
  holdCoverage,
  insertCoverage,
  recountCoverage,
  setComplete,
  takeChanges,
  tenantsIncomplete,
  tenantsToCover,
} from "@roster/store/contacts/coverage.ts";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { retrying } from "../retry.ts";

/**
 * How many contacts have each locale, and how many of them may be mailed; exact.
 * @throws Refused missing_scope
 */
export async function coverageByLocale(
  deps: Deps,
  scope: TenantScope,
): Promise<{ locales: LocaleCoverage[]; complete: boolean }> {
  requireScope(scope, "contacts:read");
  const { counts, complete } = await coverageOf(deps.sql, scope.tenantId, ["locale", "no_locale"]);
  return { locales: localeCoverage(counts), complete };
}

/**
 * Every field that contacts have, the custom ones last, its types, and how many contacts have it; exact.
 * @returns `contacts`: how many there are; `complete`: whether every custom field is there, of which 10,000 are counted
 * @throws Refused missing_scope
 */
export async function coverageByField(
  deps: Deps,
  scope: TenantScope,
): Promise<{ fields: FieldCoverage[]; contacts: number; complete: boolean }> {
  requireScope(scope, "contacts:read");
  const { counts, contacts, complete } = await coverageOf(deps.sql, scope.tenantId, ["field", "attribute"]);
  return { fields: fieldCoverage(counts, contacts), contacts, complete };
}

/** Changes that are added up in one transaction. */
const foldedAtOnce = 2000;

/** Adds up what writers left, tenant by tenant. @param leave ends it after the part in hand @returns how many changes */
export async function addUpCoverage(deps: Deps, leave?: AbortSignal): Promise<number> {
  let added = 0;
  for (const tenantId of await tenantsToCover(deps.sql)) {
    for (let changes = foldedAtOnce; changes === foldedAtOnce && leave?.aborted !== true; ) {
      changes = await addUpTenant(deps, tenantId);
      added += changes;
    }
  }
  return added;
}

/** One part for one tenant, in one transaction. @returns how many changes it had */
async function addUpTenant(deps: Deps, tenantId: string, limit = coverageLimit): Promise<number> {
  return retrying(() =>
    deps.sql.begin(async (tx) => {
      const wasComplete = await holdCoverage(tx, tenantId);
      const { counts, changes } = await takeChanges(tx, tenantId, foldedAtOnce);
      const unknown = await addToCoverage(tx, tenantId, counts);
      // What is not counted any more may not be counted from here on: its beginning is missing.
      if (!wasComplete) return changes;
      await dropEmptyCoverage(tx, tenantId);
      if (unknown.length === 0) return changes;
      const names = await coveredNames(tx, tenantId);
      const { joining, complete } = admitted(unknown, (kind) => limit - (names.get(kind) ?? 0));
      await insertCoverage(tx, tenantId, joining);
      if (!complete) await setComplete(tx, tenantId, false);
      return changes;
    }),
  );
}

/**
 * Counts the tenants anew who have, or had, more names than are counted: the most frequent ones are, from here on.
 * @param leave ends it after the tenant in hand
 * @returns how many tenants
 */
export async function recountIncomplete(deps: Deps, leave?: AbortSignal): Promise<number> {
  let recounted = 0;
  for (const tenantId of await tenantsIncomplete(deps.sql)) {
    if (leave?.aborted === true) break;
    await recountTenant(deps, tenantId);
    recounted++;
  }
  return recounted;
}

/** Counts one tenant's contacts anew. @param limit most names of a kind */
export async function recountTenant(deps: Deps, tenantId: string, limit = coverageLimit): Promise<void> {
  await retrying(() =>
    deps.sql.begin("isolation level repeatable read", async (tx) => {
      await holdCoverage(tx, tenantId);
      await setComplete(tx, tenantId, await recountCoverage(tx, tenantId, limit));
    }),
  );
}
