import { ruleLimit, type ScoringRule } from "@roster/domain/scores/scoring-rule.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { getContactScore } from "@roster/usecases/scores/contact-scores.ts";
import { startRescore } from "@roster/usecases/scores/rescore.ts";
import {
  createScoringRule,
  deleteScoringRule,
  getScoringRule,
  listScoringRules,
  updateScoringRule,
} from "@roster/usecases/scores/scoring-rules.ts";
import { Router } from "express";
import { checked } from "../../../input-issue.ts";
import { jsonBody } from "../../body.ts";
import { replyOnce } from "../../idempotency.ts";
import { contactIdOf } from "../contacts/contact-path.ts";
import { houseScope } from "../scope.ts";
import { one } from "../wire.ts";
import { NewRule, NothingMore, RuleChange } from "./scoring-body.ts";

/** A rule has at most twenty conditions with a hundred values each. */
const ruleBytes = 1024 * 1024;

/** Scores and the rules for them. To be mounted at /contacts, before the routes of one contact. */
export function scoringRoutes(deps: Deps): Router {
  const router = Router();

  router.get("/scoring-rules", async (req, res) => {
    const scope = await houseScope(deps, req);
    const rules = await listScoringRules(deps, scope);
    const total = rules.length;
    const pagination = { page: 1, limit: ruleLimit, total, totalPages: Math.ceil(total / ruleLimit) };
    res.json({ success: true, data: rules.map(houseRule), pagination });
  });

  router.post("/scoring-rules", async (req, res) => {
    const scope = await houseScope(deps, req);
    const body = await jsonBody(req, res, ruleBytes);
    const input = checked(NewRule, body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      const { rule, rescoreJobId } = await createScoringRule(deps, scope, input);
      return { status: 201, body: { ...one(houseRule(rule)), rescoreJobId } };
    });
  });

  router.get("/scoring-rules/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    res.json(one(houseRule(await getScoringRule(deps, scope, req.params.id))));
  });

  router.patch("/scoring-rules/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    const changes = checked(RuleChange, await jsonBody(req, res, ruleBytes));
    const { rule, rescoreJobId } = await updateScoringRule(deps, scope, req.params.id, changes);
    res.json({ ...one(houseRule(rule)), rescoreJobId });
  });

  router.delete("/scoring-rules/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    res.json({ success: true, ...(await deleteScoringRule(deps, scope, req.params.id)) });
  });

  router.post("/scores/rescore", async (req, res) => {
    const scope = await houseScope(deps, req);
    checked(NothingMore, (await jsonBody(req, res, ruleBytes)) ?? {});
    await replyOnce({ deps, scope, req, res }, null, async (deps) => {
      return { status: 202, body: one(await startRescore(deps, scope)) };
    });
  });

  router.get("/:id/score", async (req, res) => {
    const scope = await houseScope(deps, req);
    const score = await getContactScore(deps, scope, contactIdOf(req.params.id));
    res.json({ success: true, ...score, data: score });
  });

  return router;
}

/** A rule as it is documented. */
function houseRule(rule: ScoringRule) {
  return {
    id: rule.id,
    name: rule.name,
    eventType: `email.${rule.eventType}`,
    description: rule.description,
    condition: rule.condition,
    scoreDelta: rule.scoreDelta,
    isActive: rule.isActive,
    priority: rule.priority,
    createdAt: rule.createdAt.toISOString(),
    updatedAt: rule.updatedAt.toISOString(),
  };
}
