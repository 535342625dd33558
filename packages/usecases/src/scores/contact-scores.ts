import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { Engagement } from "@roster/domain/events/engagement.ts";
import { type Score, scoreFacts, scoreNumber, scoreOf } from "@roster/domain/scores/score.ts";
import {
  byPriority,
  matchedDeltas,
  type RuleSubject,
  ruleNeeds,
  type ScoringRule,
} from "@roster/domain/scores/scoring-rule.ts";
import { contactsByIds } from "@roster/store/contacts/contact-read.ts";
import type { Db, Tx } from "@roster/store/open.ts";
import { ruleEvents } from "@roster/store/scores/rule-events.ts";
import { type ScoredContact, type ScorePage, scorePage } from "@roster/store/scores/scores.ts";
import { holdRules, rulesOfTenant } from "@roster/store/scores/scoring-rules.ts";
import { type ContactRef, getContact } from "../contacts/contacts.ts";
import type { Deps } from "../deps.ts";

/** A tenant's active rules in the order in which they are applied. */
export async function activeRules(sql: Db, tenantId: string): Promise<ScoringRule[]> {
  return (await rulesOfTenant(sql, tenantId)).filter(({ isActive }) => isActive).sort(byPriority);
}

/**
 * A contact's score as it is at this moment, and why. Lists have the one that was kept last: seconds after an event, and
 * otherwise of the night before.
 * @throws Refused missing_scope, not_found
 */
export async function getContactScore(deps: Deps, scope: TenantScope, ref: ContactRef): Promise<Score> {
  const { id } = await getContact(deps, scope, ref);
  const { tenantId } = scope;
  const now = deps.now().getTime();
  const page = await scorePage(deps.sql, tenantId, { ids: [id] });
  if (page.length === 0) return scoreOf(null, [], now);
  const subjects = await subjectsOf(deps.sql, tenantId, [id], await activeRules(deps.sql, tenantId));
  return scoreOf(page.facts(0), subjects.deltas(id, now), now);
}

/**
 * How a score is computed from engagement alone, for whoever writes that in this transaction; null where rules ask for more,
 * and it is computed later. Rules stay as they are meanwhile: whoever changes one has all scores recomputed once we are through.
 */
export async function scoreAtOnce(
  tx: Tx,
  tenantId: string,
  now: Date,
): Promise<((engagement: Engagement) => number) | null> {
  await holdRules(tx, tenantId);
  if ((await activeRules(tx, tenantId)).length > 0) return null;
  return (engagement) => scoreNumber(scoreFacts(engagement), none, now.getTime());
}

/** The scores of contacts with engagement, those alone that are to be written: another one than is kept, or due. */
export async function newScores(
  sql: Db,
  tenantId: string,
  page: ScorePage,
  rules: readonly ScoringRule[],
  now: number,
): Promise<ScoredContact[]> {
  const ids = rules.length === 0 ? [] : Array.from({ length: page.length }, (_, row) => page.id(row));
  const subjects = await subjectsOf(sql, tenantId, ids, rules);
  const scored: ScoredContact[] = [];
  for (let row = 0; row < page.length; row++) {
    const deltas = ids.length === 0 ? none : subjects.deltas(ids[row]!, now);
    const score = scoreNumber(page.facts(row), deltas, now);
    if (score === page.score(row) && !page.isDue(row)) continue;
    scored.push({ id: page.id(row), version: page.version(row), score });
  }
  return scored;
}

const none: readonly number[] = [];

/** What rules ask of contacts: nothing is read where there are none. */
async function subjectsOf(sql: Db, tenantId: string, ids: readonly string[], rules: readonly ScoringRule[]) {
  if (rules.length === 0) return { deltas: () => none };
  const needs = ruleNeeds(rules);
  const events = await ruleEvents(sql, tenantId, ids, needs);
  const contacts = needs.contacts ? await contactsByIds(sql, tenantId, [...events.keys()]) : [];
  const byId = new Map(contacts.map((contact) => [contact.id, contact]));
  return {
    deltas(id: string, now: number): readonly number[] {
      const own = events.get(id);
      if (own === undefined) return none;
      const { tags, attributes } = byId.get(id) ?? nobody;
      return matchedDeltas(rules, { events: own, tags, attributes }, now);
    },
  };
}

const nobody: Pick<RuleSubject, "tags" | "attributes"> = { tags: [], attributes: {} };
