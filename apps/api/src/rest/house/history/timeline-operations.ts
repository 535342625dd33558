import { Status } from "@roster/domain/contacts/status.ts";
import { JobKind } from "@roster/domain/jobs/job.ts";
import { z } from "zod";
import { ana, bulkJob, exampleTime, nobody } from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { manyOf, Time } from "../answers.ts";
import { ContactPath } from "../contacts/contact-query.ts";
import { TimelineQuery } from "./timeline.ts";

const Job = z.object({ id: z.uuid(), kind: JobKind, name: z.string().nullable() });

/** One thing that happened to a contact. */
export const TimelineAnswer = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("created"),
    at: Time,
    job: Job.nullable().describe("The job that created it; `null` where a request did."),
    source: z.string().nullable(),
  }),
  z.object({
    kind: z.literal("status_changed"),
    at: Time,
    from: Status,
    to: Status,
    reason: z.string(),
    consent: z.string().nullable().describe("What the person agreed to, for who was brought back."),
    by: z.object({ kind: z.enum(["key", "job", "event"]), id: z.string().nullable() }),
  }),
  z.object({
    kind: z.literal("changed_by_job"),
    at: Time.describe("When the job began."),
    job: Job.describe("Known for as long as the job can be undone."),
  }),
  z.object({
    kind: z.enum(["merged", "merge_undone"]),
    at: Time,
    mergeId: z.uuid(),
    keptId: z.string().describe("Who stayed."),
    mergedIds: z.array(z.string()).describe("Who was merged into them."),
  }),
  z.object({
    kind: z.literal("event"),
    at: Time,
    type: z.string(),
    bounce: z.enum(["hard", "soft"]).nullable(),
    campaign: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  }),
]);

const job = { id: bulkJob, kind: "bulk", name: null };

export const timelineOperations: Operation[] = [
  {
    id: "listTimeline",
    tag: "Contacts",
    method: "get",
    path: "/v1/contacts/{id}/timeline",
    summary: "See what happened to a contact",
    description:
      "Newest first: how it began, changes of status, jobs that changed it, merges, events. Jobs are known for as long as they can be undone, events for as long as they are kept.",
    needs: "contacts:read",
    params: ContactPath,
    query: TimelineQuery,
    answers: { 200: { description: "A page", content: json(manyOf(TimelineAnswer)) } },
    examples: {
      ana: {
        summary: "Ana, whom a job unsubscribed",
        path: { id: ana.houseId },
        status: 200,
        answer: {
          success: true,
          data: [
            {
              kind: "status_changed",
              at: exampleTime,
              from: "active",
              to: "unsubscribed",
              reason: "explicit",
              consent: null,
              by: { kind: "job", id: bulkJob },
            },
            { kind: "changed_by_job", at: exampleTime, job },
            { kind: "created", at: exampleTime, job: null, source: null },
          ],
          cursor: null,
          hasMore: false,
        },
      },
      unknown: {
        summary: "An id that no contact has",
        path: { id: nobody.houseId },
        refusal: { code: "not_found", what: "contact" },
      },
    },
  },
];
