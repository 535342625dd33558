import { ana, exampleTime, nobody, opensRule, startedJob } from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { Queued } from "../answers.ts";
import { ContactPath } from "../contacts/contact-query.ts";
import { DeletedRule, OneRule, Rules, ScoreAnswer, WrittenRule } from "./scoring-answers.ts";
import { NewRule, NothingMore, RuleChange, RulePath } from "./scoring-body.ts";

const tag = "Scores";
const path = "/v1/contacts/scoring-rules";
const onePath = `${path}/{id}`;

const rule = {
  id: opensRule,
  name: "Opened this spring",
  eventType: "email.opened",
  description: null,
  condition: { withinDays: 90, "metadata.plan": { equals: "pro" } },
  scoreDelta: 10,
  isActive: true,
  priority: 0,
  createdAt: exampleTime,
  updatedAt: exampleTime,
};
const unknownScore = {
  score: 50,
  tier: "potential",
  factors: { openRate: 0, clickRate: 0, recency: null, frequency: "none" },
};
const noRule = {
  summary: "An id that no rule has",
  path: { id: nobody.id },
  refusal: { code: "not_found", what: "rule" },
} as const;

/** How engaged contacts are, and a tenant's own rules about it. */
export const scoringOperations: Operation[] = [
  {
    id: "getScore",
    tag,
    method: "get",
    path: "/v1/contacts/{id}/score",
    summary: "Get a contact's score",
    description:
      "As it is at this moment. Contacts in lists show the one that was kept last: seconds after an event, else of the night before.",
    needs: "contacts:read",
    params: ContactPath,
    answers: { 200: { description: "The score, and why", content: json(ScoreAnswer) } },
    examples: {
      withoutEvents: {
        summary: "Somebody without events",
        path: { id: ana.houseId },
        status: 200,
        answer: { success: true, ...unknownScore, data: unknownScore },
      },
      unknown: {
        summary: "An id that no contact has",
        path: { id: nobody.houseId },
        refusal: { code: "not_found", what: "contact" },
      },
    },
  },
  {
    id: "rescore",
    tag,
    method: "post",
    path: "/v1/contacts/scores/rescore",
    summary: "Compute all scores anew",
    description:
      "A job. It runs by itself every night and whenever a rule changes; where one waits already, it is that one.",
    needs: "contacts:write",
    body: { content: json(NothingMore) },
    idempotent: true,
    answers: { 202: { description: "The job is queued", content: json(Queued) } },
    examples: {
      queued: {
        summary: "All scores",
        body: {},
        status: 202,
        answer: { success: true, data: { jobId: startedJob, status: "queued" } },
      },
    },
  },
  {
    id: "listRules",
    tag,
    method: "get",
    path,
    summary: "List the scoring rules",
    description:
      "All of them, at most 100, in the order in which they are applied: the highest priority first.",
    needs: "contacts:read",
    answers: { 200: { description: "The rules", content: json(Rules) } },
    examples: {
      one: {
        // The id has them made for it.
        summary: `With the rule ${opensRule}`,
        status: 200,
        answer: {
          success: true,
          data: [rule],
          pagination: { page: 1, limit: 100, total: 1, totalPages: 1 },
        },
      },
    },
  },
  {
    id: "createRule",
    tag,
    method: "post",
    path,
    summary: "Create a scoring rule",
    description:
      "Whoever had such an event gets `scoreDelta` points more or less, once for each rule. A condition may ask for `campaignId`, `withinDays`, `tags` and `metadata.<key>`: by a value, a list of values, or operators (`equals`, `not_equals`, `in`, `not_in`, `contains`, `not_contains`, `starts_with`, `ends_with`, `greater_than`, `less_than`, `before`, `after`, `is_empty`, `is_not_empty`); all of it must hold. A rule that could never match is refused.",
    needs: "contacts:write",
    body: { content: json(NewRule) },
    idempotent: true,
    answers: { 201: { description: "The new rule", content: json(WrittenRule) } },
    examples: {
      created: {
        summary: "Clicks of the last month count",
        body: {
          name: "Clicked lately",
          eventType: "email.clicked",
          scoreDelta: 15,
          condition: { withinDays: 30 },
        },
        status: 201,
        answer: {
          success: true,
          data: {
            ...rule,
            id: startedJob,
            name: "Clicked lately",
            eventType: "email.clicked",
            scoreDelta: 15,
            condition: { withinDays: 30 },
          },
          rescoreJobId: startedJob,
        },
      },
      never: {
        summary: "A rule that could never match",
        body: {
          name: "Pro, but free",
          eventType: "email.opened",
          scoreDelta: 5,
          condition: { "metadata.plan": { equals: "pro", in: ["free", "team"] } },
        },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "condition.metadata.plan",
              code: "never_met",
              message: "No attribute ever meets this: what equals pro never meets the other operators.",
            },
          ],
        },
      },
    },
  },
  {
    id: "getRule",
    tag,
    method: "get",
    path: onePath,
    summary: "Get a scoring rule",
    needs: "contacts:read",
    params: RulePath,
    answers: { 200: { description: "The rule", content: json(OneRule) } },
    examples: {
      one: {
        summary: "A rule",
        path: { id: opensRule },
        status: 200,
        answer: { success: true, data: rule },
      },
      unknown: noRule,
    },
  },
  {
    id: "changeRule",
    tag,
    method: "patch",
    path: onePath,
    summary: "Change a scoring rule",
    description: "Only what is given; a condition is replaced as a whole.",
    needs: "contacts:write",
    params: RulePath,
    body: { content: json(RuleChange) },
    answers: { 200: { description: "The rule as it is now", content: json(WrittenRule) } },
    examples: {
      off: {
        summary: "A rule is switched off",
        path: { id: opensRule },
        body: { isActive: false },
        status: 200,
        answer: { success: true, data: { ...rule, isActive: false }, rescoreJobId: startedJob },
      },
      unknown: { ...noRule, body: { isActive: false } },
    },
  },
  {
    id: "deleteRule",
    tag,
    method: "delete",
    path: onePath,
    summary: "Delete a scoring rule",
    needs: "contacts:write",
    params: RulePath,
    answers: { 200: { description: "It is gone", content: json(DeletedRule) } },
    examples: {
      deleted: {
        summary: "A rule",
        path: { id: opensRule },
        status: 200,
        answer: { success: true, rescoreJobId: startedJob },
      },
      unknown: noRule,
    },
  },
];
