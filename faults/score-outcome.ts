import { scoreNumber, tierOf } from "@roster/domain/scores/score.ts";
import { matchedDeltas, type ScoringRule } from "@roster/domain/scores/scoring-rule.ts";
import type { Sql } from "@roster/store/open.ts";
import { scorePage } from "@roster/store/scores/scores.ts";
import { until } from "./clock.ts";
import { insist, json } from "./house-client.ts";
import type { Tenant } from "./installation.ts";

/** What a rule of these scenarios asks: whoever ever clicked. */
export type ClickRule = Pick<ScoringRule, "eventType" | "condition" | "scoreDelta">;

export const clickRule: ClickRule = { eventType: "clicked", condition: {}, scoreDelta: 5 };

/** @returns where it is, and the job that recomputes all scores for it */
export async function makeRule(
  url: string,
  tenant: Pick<Tenant, "key">,
  rule: ClickRule,
): Promise<{ path: string; rescoreJobId: string }> {
  const path = "/v1/contacts/scoring-rules";
  const { answer } = await insist<{ data: { id: string }; rescoreJobId: string }>(url, tenant, {
    method: "POST",
    path,
    body: json({ name: "clicks", ...rule }),
  });
  return { path: `${path}/${answer.data.id}`, rescoreJobId: answer.rescoreJobId };
}

const pageContacts = 5000;

/** Resolves when nobody's score is due any more. */
export async function nobodyDue(sql: Sql, tenantId: string): Promise<void> {
  await until("every score is computed", async () => {
    const [row] = await sql<{ due: boolean }[]>`
      select exists (select from engagement where tenant_id = ${tenantId} and score_due) as due`;
    return row!.due ? null : true;
  });
}

/**
 * Where a score is not what the domain says of the facts at any time since a moment. A score only falls while nothing happens: so it
 * lies between that of now and that of then.
 */
export async function wrongScores(
  sql: Sql,
  tenantId: string,
  since: Date,
  rules: readonly ClickRule[] = [],
): Promise<string[]> {
  const wrong: string[] = [];
  const now = Date.now();
  let afterId: string | null = null;
  for (;;) {
    const page = await scorePage(sql, tenantId, { afterId, limit: pageContacts });
    if (page.length === 0) break;
    for (let row = 0; row < page.length; row++) {
      const facts = page.facts(row);
      const clicked = facts.lastClickedAt;
      const events = clicked === null ? [] : [{ type: "clicked" as const, campaignId: null, at: clicked }];
      const at = (ms: number) => {
        const subject = { events, tags: [], attributes: {} };
        return scoreNumber(facts, matchedDeltas(rules, subject, ms), ms);
      };
      const score = page.score(row);
      if (score < at(now) || score > at(+since)) wrong.push(`${score}, not ${at(now)}`);
    }
    afterId = page.id(page.length - 1);
  }
  const [tiers] = await sql<{ wrong: number }[]>`
    select count(*) as wrong from engagement
    where tenant_id = ${tenantId} and tier <> (${Array.from({ length: 101 }, (_, score) => tierOf(score))}::text[])[score + 1]`;
  return [
    ...(wrong.length === 0 ? [] : [`${wrong.length} scores are wrong, such as ${wrong[0]}`]),
    ...(tiers!.wrong === 0 ? [] : [`${tiers!.wrong} tiers are not those of the scores`]),
  ];
}
