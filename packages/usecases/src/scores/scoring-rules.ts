import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import { Refused } from "@roster/domain/refusal.ts";
import {
  byPriority,
  type RuleChanges,
  type RuleInput,
  ruleLimit,
  type ScoringRule,
} from "@roster/domain/scores/scoring-rule.ts";
import {
  deleteRule,
  insertRule,
  lockRules,
  ruleById,
  rulesOfTenant,
  updateRule,
} from "@roster/store/scores/scoring-rules.ts";
import { requireScope } from "../accounts/authentication.ts";
import type { Deps } from "../deps.ts";
import { queueRescore } from "./rescore.ts";

/** A rule that was written, and the job that recomputes the scores for it; null where they stay as they are. */
export type WrittenRule = { rule: ScoringRule; rescoreJobId: string | null };

/** All rules of a tenant, in the order in which they are applied. @throws Refused missing_scope */
export async function listScoringRules(deps: Deps, scope: TenantScope): Promise<ScoringRule[]> {
  requireScope(scope, "contacts:read");
  return (await rulesOfTenant(deps.sql, scope.tenantId)).sort(byPriority);
}

/** @throws Refused missing_scope, not_found */
export async function getScoringRule(deps: Deps, scope: TenantScope, id: string): Promise<ScoringRule> {
  requireScope(scope, "contacts:read");
  return found(isUuid(id) ? await ruleById(deps.sql, scope.tenantId, id) : null);
}

/**
 * Adds a rule. An active one has all scores recomputed.
 * @throws Refused missing_scope, invalid (a tenant has `ruleLimit` rules at most)
 */
export async function createScoringRule(
  deps: Deps,
  scope: TenantScope,
  input: RuleInput,
): Promise<WrittenRule> {
  requireScope(scope, "contacts:write");
  return deps.sql.begin(async (tx) => {
    await lockRules(tx, scope.tenantId);
    if ((await rulesOfTenant(tx, scope.tenantId)).length >= ruleLimit) throw tooManyRules();
    const rule = await insertRule(tx, scope.tenantId, deps.newId(), input);
    return { rule, rescoreJobId: rule.isActive ? await queueRescore(deps, tx, scope) : null };
  }) as Promise<WrittenRule>;
}

/**
 * Changes what is given of a rule. Where that can change a score, all are recomputed.
 * @throws Refused missing_scope, not_found
 */
export async function updateScoringRule(
  deps: Deps,
  scope: TenantScope,
  id: string,
  changes: RuleChanges,
): Promise<WrittenRule> {
  requireScope(scope, "contacts:write");
  return deps.sql.begin(async (tx) => {
    await lockRules(tx, scope.tenantId);
    const before = found(isUuid(id) ? await ruleById(tx, scope.tenantId, id) : null);
    const wanted = changed(before, changes);
    if (isSame(before, wanted)) return { rule: before, rescoreJobId: null };
    const rule = found(await updateRule(tx, scope.tenantId, id, wanted));
    return { rule, rescoreJobId: counts(before, rule) ? await queueRescore(deps, tx, scope) : null };
  }) as Promise<WrittenRule>;
}

/** Removes a rule, and what it added to scores. @throws Refused missing_scope, not_found */
export async function deleteScoringRule(
  deps: Deps,
  scope: TenantScope,
  id: string,
): Promise<{ rescoreJobId: string | null }> {
  requireScope(scope, "contacts:write");
  return deps.sql.begin(async (tx) => {
    await lockRules(tx, scope.tenantId);
    const { isActive } = found(isUuid(id) ? await deleteRule(tx, scope.tenantId, id) : null);
    return { rescoreJobId: isActive ? await queueRescore(deps, tx, scope) : null };
  }) as Promise<{ rescoreJobId: string | null }>;
}

function found(rule: ScoringRule | null): ScoringRule {
  if (rule === null) throw new Refused({ code: "not_found", what: "rule" });
  return rule;
}

function changed(before: RuleInput, changes: RuleChanges): RuleInput {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...before, ...Object.fromEntries(given) };
}

/** What of a rule decides about scores: not how it is called. */
const effect = ({ eventType, condition, scoreDelta, priority }: RuleInput) =>
  JSON.stringify([eventType, sorted(condition), scoreDelta, priority]);

function counts(before: RuleInput, after: RuleInput): boolean {
  if (!before.isActive && !after.isActive) return false;
  return before.isActive !== after.isActive || effect(before) !== effect(after);
}

function isSame(before: RuleInput, after: RuleInput): boolean {
  return (
    before.name === after.name &&
    before.description === after.description &&
    before.isActive === after.isActive &&
    effect(before) === effect(after)
  );
}

/** Postgres keeps the keys of an object in an order of its own. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}

function tooManyRules(): Refused {
  const message = `There are ${ruleLimit} rules, and no more are possible. Delete one, or change one that is there.`;
  return new Refused({ code: "invalid", issues: [{ field: "body", code: "too_many_rules", message }] });
}
