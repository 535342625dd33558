import { DuplicateEvidence, groupShown } from "@roster/domain/duplicates/duplicate-key.ts";
import { z } from "zod";
import { bo as boId, duplicateJob, exampleTime, startedJob } from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { manyOf, oneOf, Time } from "../answers.ts";
import { ContactAnswer } from "../contacts/contact-answers.ts";
import { ana } from "../contacts/contact-operations.ts";
import { DuplicatesQuery, SearchBody } from "./duplicates.ts";

const path = "/v1/contacts/duplicates";
const tag = "Duplicates";

const Group = z.object({
  evidence: DuplicateEvidence.describe("What they share: a mailbox, or a phone number."),
  key: z.string().describe("The mailbox or the number, without what does not count."),
  size: z.int().describe("How many they are."),
  contacts: z.array(ContactAnswer).describe(`The oldest of them as they are now, at most ${groupShown}.`),
});

const Groups = manyOf(Group).extend({
  run: z
    .object({ id: z.uuid(), finishedAt: Time, contacts: z.int(), groups: z.int() })
    .nullable()
    .describe("The search that found them: when it ended, and what it came to. `null` before the first one."),
  runningJobId: z.uuid().nullable().describe("The search that is queued or running."),
});

const Search = z.object({ jobId: z.uuid(), status: z.enum(["queued", "running"]) });

const phone = "+49 30 123456";
const bo = {
  ...ana,
  ...{ id: boId.houseId, email: "bo@example.com", name: null, firstName: null, lastName: null, tags: [] },
  ...{ metadata: {}, status: "unsubscribed", externalId: null, locale: null },
};

/** Contacts who are likely the same person. */
export const duplicateOperations: Operation[] = [
  {
    id: "findDuplicates",
    tag,
    method: "post",
    path: `${path}/run`,
    summary: "Look for duplicates",
    description:
      "A job that compares all contacts: addresses that lead to one mailbox at providers that say so (dots and labels at Gmail, labels behind a plus at others), and phone numbers however they are written. There is one at a time: while it has not ended, it is what is answered.",
    needs: "contacts:write",
    body: { content: json(SearchBody), description: "Empty, or `{}`." },
    idempotent: true,
    answers: { 202: { description: "The search", content: json(oneOf(Search)) } },
    examples: {
      run: {
        summary: "A search",
        body: {},
        status: 202,
        answer: { success: true, data: { jobId: startedJob, status: "queued" } },
      },
    },
  },
  {
    id: "listDuplicates",
    tag,
    method: "get",
    path,
    summary: "List likely duplicates",
    description: "What the last search found, by evidence and key; a cursor stays with its search.",
    needs: "contacts:read",
    query: DuplicatesQuery,
    answers: { 200: { description: "A page of groups", content: json(Groups) } },
    examples: {
      phone: {
        summary: `Two people with one phone number, found by the search ${duplicateJob}`,
        query: { evidence: "phone" },
        status: 200,
        answer: {
          success: true,
          data: [
            {
              evidence: "phone",
              key: "+4930123456",
              size: 2,
              contacts: [
                { ...ana, phone },
                { ...bo, phone },
              ],
            },
          ],
          cursor: null,
          hasMore: false,
          run: { id: duplicateJob, finishedAt: exampleTime, contacts: 3, groups: 1 },
          runningJobId: null,
        },
      },
      noRun: {
        summary: "Before the first search",
        status: 200,
        answer: { success: true, data: [], cursor: null, hasMore: false, run: null, runningJobId: null },
      },
    },
  },
];
