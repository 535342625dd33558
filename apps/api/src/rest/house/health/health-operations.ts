import { HealthReason } from "@roster/domain/health/list-health.ts";
import { z } from "zod";
import { exampleTime, healthJob, nobody, startedJob } from "../../../docs/example-people.ts";
import { type Example, json, type Operation } from "../../../docs/operation.ts";
import { manyOf, oneOf, Queued } from "../answers.ts";
import { ana } from "../contacts/contact-operations.ts";
import { Findings, HealthJob, HealthRun, HealthStats } from "./health-answers.ts";
import {
  ApplyBody,
  FindingsExportQuery,
  FindingsQuery,
  RunBody,
  RunsQuery,
  UnengagedQuery,
} from "./health-query.ts";

const path = "/v1/contacts/health";
const tag = "List health";

const rules = { unengagedDays: 90, neverOpenedSends: 5, riskySoftBounces: 2 };
const noReasons = Object.fromEntries(HealthReason.options.map((reason) => [reason, 0]));
/** Of Ana, who opens nothing, Bo, who unsubscribed, and Cara, whose mail came back. */
const counts = { healthyCount: 2, invalidCount: 0, riskyCount: 0, unengagedCount: 1 };
const reasons = { ...noReasons, never_opened: 1 };
const lastRun = { healthScore: 25, ...counts, reasons, rules, dns: false, unanswered: 0 };

const found = { ...ana, class: "unengaged", reasons: ["never_opened"], suggestion: null, lastOpenedAt: null };

const byRun: Example = {
  summary: "Of one run",
  query: { runId: healthJob },
  status: 200,
  answer: { success: true, data: [found], cursor: null, hasMore: false, runId: healthJob },
};
const noRun: Example = {
  summary: "Before the first run",
  status: 200,
  answer: { success: true, data: [], cursor: null, hasMore: false, runId: null },
};
const unknownRun: Example = {
  summary: "A run that is nowhere",
  query: { runId: nobody.id },
  refusal: { code: "not_found", what: "health run" },
};
const foundAnswer = { 200: { description: "The contacts, with what was found", content: json(Findings) } };

/** Looking for contacts that are better not mailed. */
export const healthOperations: Operation[] = [
  {
    id: "startHealthRun",
    tag,
    method: "post",
    path: `${path}/run`,
    summary: "Start a health run",
    description:
      "A job that classifies every contact as healthy, invalid, risky or unengaged, with reasons. There is one at a time: while it has not ended, it is what is answered.",
    needs: "contacts:write",
    body: { content: json(RunBody), description: "Empty, or `{}`." },
    idempotent: true,
    answers: { 202: { description: "The run", content: json(oneOf(HealthJob)) } },
    examples: {
      run: {
        summary: "A run",
        body: {},
        status: 202,
        answer: { success: true, data: { jobId: startedJob, status: "queued" } },
      },
    },
  },
  {
    id: "getHealthStats",
    tag,
    method: "get",
    path: `${path}/stats`,
    summary: "How healthy the list is",
    description: "The totals as they are now, and what the last finished run found.",
    needs: "contacts:read",
    answers: { 200: { description: "The figures", content: json(oneOf(HealthStats)) } },
    examples: {
      stats: {
        summary: "After a run",
        status: 200,
        answer: {
          success: true,
          data: {
            totalContacts: 3,
            activeContacts: 1,
            bouncedCount: 1,
            complainedCount: 0,
            ...lastRun,
            lastRunAt: exampleTime,
            lastRunId: healthJob,
            runningJobId: null,
          },
        },
      },
      never: {
        summary: "Before the first run",
        status: 200,
        answer: {
          success: true,
          data: {
            totalContacts: 3,
            activeContacts: 1,
            bouncedCount: 1,
            complainedCount: 0,
            ...Object.fromEntries(Object.keys(lastRun).map((name) => [name, null])),
            lastRunAt: null,
            lastRunId: null,
            runningJobId: null,
          },
        },
      },
    },
  },
  {
    id: "listHealthRuns",
    tag,
    method: "get",
    path: `${path}/runs`,
    summary: "List finished runs",
    description: "Newest first: the trend. The figures of the last 100 are kept.",
    needs: "contacts:read",
    query: RunsQuery,
    answers: { 200: { description: "A page of runs", content: json(manyOf(HealthRun)) } },
    examples: {
      runs: {
        summary: "One run",
        query: { limit: "10" },
        status: 200,
        answer: {
          success: true,
          data: [
            {
              id: healthJob,
              startedAt: exampleTime,
              finishedAt: exampleTime,
              contacts: 3,
              bouncedCount: 1,
              complainedCount: 0,
              ...lastRun,
              findingsKept: true,
            },
          ],
          cursor: null,
          hasMore: false,
        },
      },
    },
  },
  {
    id: "listUnengaged",
    tag,
    method: "get",
    path: `${path}/unengaged`,
    summary: "List who is unengaged",
    description: "Whom the last run found to open nothing, and nothing worse, as the contacts are now.",
    needs: "contacts:read",
    query: UnengagedQuery,
    answers: foundAnswer,
    examples: { byRun, noRun, unknownRun },
  },
  {
    id: "listHealthFindings",
    tag,
    method: "get",
    path: `${path}/findings`,
    summary: "List what a run found",
    description:
      "By class and contact, as the contacts are now. The two newest runs keep whom they found; a cursor stays with its run.",
    needs: "contacts:read",
    query: FindingsQuery,
    answers: foundAnswer,
    examples: {
      byReason: { ...byRun, summary: "By a reason", query: { runId: healthJob, reason: "never_opened" } },
      noRun,
      unknownRun,
    },
  },
  {
    id: "exportHealthFindings",
    tag,
    method: "get",
    path: `${path}/findings/export`,
    summary: "Export what a run found",
    description: "All of it, as a CSV of any length.",
    needs: "contacts:read",
    query: FindingsExportQuery,
    answers: { 200: { description: "A CSV", content: { "text/csv": z.string() } } },
    examples: {
      csv: {
        summary: "Of one run",
        query: { runId: healthJob, class: "unengaged" },
        status: 200,
        answer: `id,email,status,class,reasons,suggestion,lastOpenedAt\n${ana.id},ana@example.com,active,unengaged,never_opened,,\n`,
        answerType: "text/csv",
      },
      unknownRun,
    },
  },
  {
    id: "applyToFindings",
    tag,
    method: "post",
    path: `${path}/apply`,
    summary: "Tag or unsubscribe whom a run found",
    description:
      "A job over all contacts of a class, or with one reason, that are still there. It can be undone.",
    needs: "contacts:write",
    body: { content: json(ApplyBody) },
    idempotent: true,
    answers: { 202: { description: "The change is queued", content: json(Queued) } },
    examples: {
      tagged: {
        summary: "Everybody who never opened gets a tag",
        body: { runId: healthJob, reason: "never_opened", action: "tag", tag: "win-back" },
        status: 202,
        answer: { success: true, data: { jobId: startedJob, status: "queued" } },
      },
      noRun: {
        summary: "Before the first run",
        body: { class: "invalid", action: "unsubscribe" },
        refusal: { code: "not_found", what: "health run" },
      },
      nobodyNamed: {
        summary: "Neither a class nor a reason",
        body: { action: "unsubscribe" },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "class",
              code: "subjects_unclear",
              message: "Say whom you mean by a class or by a reason: by one of them.",
            },
          ],
        },
      },
    },
  },
];
