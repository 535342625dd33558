import { ruleChanges, ruleFields, type ScoringRule } from "@roster/domain/scores/scoring-rule.ts";
import { startRescore } from "@roster/usecases/scores/rescore.ts";
import {
  createScoringRule,
  deleteScoringRule,
  getScoringRule,
  listScoringRules,
  updateScoringRule,
} from "@roster/usecases/scores/scoring-rules.ts";
import { z } from "zod";
import { procedure, router } from "./init.ts";

const Id = z.strictObject({ id: z.string() });

/** A rule on the wire: times are ISO 8601 texts. */
function shown({ createdAt, updatedAt, ...rule }: ScoringRule) {
  return { ...rule, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

const rules = router({
  /** All of them, in the order in which they are applied. */
  list: procedure.query(async ({ ctx }) => (await listScoringRules(ctx.deps, ctx.scope)).map(shown)),

  get: procedure
    .input(Id)
    .query(async ({ ctx, input }) => shown(await getScoringRule(ctx.deps, ctx.scope, input.id))),

  /** `rescoreJobId` is the job that recomputes the scores for it; see `jobs.watch`. */
  create: procedure.input(z.strictObject(ruleFields)).mutation(async ({ ctx, input }) => {
    const { rule, rescoreJobId } = await createScoringRule(ctx.deps, ctx.scope, input);
    return { rule: shown(rule), rescoreJobId };
  }),

  /** Changes what is given. */
  update: procedure
    .input(z.strictObject({ ...Id.shape, ...ruleChanges }))
    .mutation(async ({ ctx, input: { id, ...changes } }) => {
      const { rule, rescoreJobId } = await updateScoringRule(ctx.deps, ctx.scope, id, changes);
      return { rule: shown(rule), rescoreJobId };
    }),

  delete: procedure.input(Id).mutation(({ ctx, input }) => deleteScoringRule(ctx.deps, ctx.scope, input.id)),
});

/** How engaged contacts are; one contact's score is `contacts.score`. */
export const scoring = router({
  rules,
  /** Starts a job that computes all scores anew; see `jobs.watch`. */
  rescore: procedure
    .input(z.strictObject({}).optional())
    .mutation(({ ctx }) => startRescore(ctx.deps, ctx.scope)),
});
