import type { RuleInput, ScoringRule } from "@roster/domain/scores/scoring-rule.ts";
import type { Db, Tx } from "../open.ts";

const columns = (sql: Db) => sql`
  id, name, event_type, description, condition, score_delta, is_active, priority, created_at, updated_at`;

/** A tenant's rules, in no order. */
export async function rulesOfTenant(sql: Db, tenantId: string): Promise<ScoringRule[]> {
  return sql<ScoringRule[]>`select ${columns(sql)} from scoring_rules where tenant_id = ${tenantId}`;
}

/** One rule, or null. */
export async function ruleById(sql: Db, tenantId: string, id: string): Promise<ScoringRule | null> {
  const [row] = await sql<ScoringRule[]>`
    select ${columns(sql)} from scoring_rules where tenant_id = ${tenantId} and id = ${id}`;
  return row ?? null;
}

/** Has whoever writes a tenant's rules take turns until the transaction ends, and wait for those who `holdRules`. */
export async function lockRules(tx: Tx, tenantId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(${lockKey(tx, tenantId)})`;
}

/** Keeps a tenant's rules as they are until the transaction ends. */
export async function holdRules(tx: Tx, tenantId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock_shared(${lockKey(tx, tenantId)})`;
}

const lockKey = (tx: Tx, tenantId: string) => tx`hashtextextended(${`scoring rules ${tenantId}`}, 0)`;

export async function insertRule(
  tx: Tx,
  tenantId: string,
  id: string,
  rule: RuleInput,
): Promise<ScoringRule> {
  const [row] = await tx<ScoringRule[]>`
    insert into scoring_rules ${tx({ tenant_id: tenantId, id, ...columnsOf(tx, rule) })} returning ${columns(tx)}`;
  return row!;
}

/** @returns null where there is no such rule */
export async function updateRule(
  tx: Tx,
  tenantId: string,
  id: string,
  rule: RuleInput,
): Promise<ScoringRule | null> {
  const [row] = await tx<ScoringRule[]>`
    update scoring_rules set ${tx(columnsOf(tx, rule))}, updated_at = now()
    where tenant_id = ${tenantId} and id = ${id} returning ${columns(tx)}`;
  return row ?? null;
}

/** @returns the rule as it was; null where there is none */
export async function deleteRule(tx: Tx, tenantId: string, id: string): Promise<ScoringRule | null> {
  const [row] = await tx<ScoringRule[]>`
    delete from scoring_rules where tenant_id = ${tenantId} and id = ${id} returning ${columns(tx)}`;
  return row ?? null;
}

function columnsOf(sql: Db, rule: RuleInput) {
  return {
    name: rule.name,
    event_type: rule.eventType,
    description: rule.description,
    condition: sql.json(rule.condition as never),
    score_delta: rule.scoreDelta,
    is_active: rule.isActive,
    priority: rule.priority,
  };
}
