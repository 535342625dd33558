import { ana, cara, nobody, springList, startedJob } from "../../../docs/example-people.ts";
import { type Example, json, type Operation } from "../../../docs/operation.ts";
import { Queued } from "../answers.ts";
import { BulkReport } from "../contacts/contact-answers.ts";
import { ResubscribeQuery } from "../contacts/contact-query.ts";
import { DeleteBody, StartBody, UpdateBody } from "./bulk-body.ts";

const path = "/v1/contacts/bulk";
const tag = "Many contacts";
const whom = "Up to 10,000 ids, or a filter without a limit.";

const queued = { success: true, data: { jobId: startedJob, status: "queued" } };
const unknownId = {
  index: 1,
  id: nobody.houseId,
  email: null,
  field: "id",
  code: "contact_unknown",
  message: "No contact has this id. It may have been deleted, or belong to another tenant.",
};
const counters = { created: 0, updated: 0, unchanged: 0, duplicate: 0, skipped: 0, failed: 0, deleted: 0 };

const noUpload = {
  summary: "An upload that is not there",
  body: { uploadId: nobody.id, update: { tags: ["vip"] } },
  refusal: { code: "not_found", what: "upload" },
} as const;

const nobodyNamed: Example = {
  summary: "Neither ids nor a filter",
  body: { update: { tags: ["vip"] } },
  refusal: {
    code: "invalid",
    issues: [
      {
        field: "body",
        code: "subjects_unclear",
        message: "Say whom you mean by ids, by a filter or by an uploadId: by one of them.",
      },
    ],
  },
};

const answers = {
  200: { description: "Up to 1,000 ids: what became of them", content: json(BulkReport) },
  202: { description: "More ids, or a filter: the change is queued", content: json(Queued) },
} as const;

/** What can be done to many contacts at once. */
export const bulkOperations: Operation[] = [
  {
    id: "changeContacts",
    tag,
    method: "patch",
    path,
    summary: "Change many contacts",
    description:
      "A status may only get stricter, unless there are `resubscribe` and a `consent`. Tags replace those that were there, `metadata` is merged by key. `addToLists` and `removeFromLists` name lists by their ids; who is only put on a list or taken off one counts as updated.",
    needs: "contacts:write",
    query: ResubscribeQuery,
    body: { content: json(UpdateBody), description: whom },
    idempotent: true,
    answers,
    examples: {
      ids: {
        summary: "By their ids",
        body: { ids: [ana.houseId, nobody.houseId], update: { tags: ["vip"] } },
        status: 200,
        answer: { success: true, ...counters, updated: 1, failed: 1, reasons: {}, errors: [unknownId] },
      },
      filter: {
        summary: "By a filter",
        body: { filter: { tags: ["spring"] }, update: { status: "unsubscribed" } },
        status: 202,
        answer: queued,
      },
      listed: {
        summary: "Onto a list",
        body: { ids: [cara.houseId], update: { addToLists: [springList] } },
        status: 200,
        answer: { success: true, ...counters, updated: 1, reasons: {}, errors: [] },
      },
      nobodyNamed,
      noUpload,
    },
  },
  {
    id: "deleteContacts",
    tag,
    method: "delete",
    path,
    summary: "Delete many contacts",
    description: "Of contacts that were not active a keyed hash of the address stays. `update` is ignored.",
    needs: "contacts:write",
    body: { content: json(DeleteBody), description: whom },
    idempotent: true,
    answers,
    examples: {
      ids: {
        summary: "By their ids",
        body: { ids: [ana.houseId, nobody.houseId] },
        status: 200,
        answer: { success: true, ...counters, deleted: 1, failed: 1, reasons: {}, errors: [unknownId] },
      },
      filter: {
        summary: "By a filter",
        body: { filter: { status: ["bounced"] } },
        status: 202,
        answer: queued,
      },
      nobodyNamed,
      noUpload,
    },
  },
  {
    id: "startChange",
    tag,
    method: "post",
    path,
    summary: "Start a change of many contacts",
    description:
      "Always a job, which can be undone unless it deletes. Contacts may also be named by an upload that has an id on each line.",
    needs: "contacts:write",
    body: { content: json(StartBody), description: whom },
    idempotent: true,
    answers: { 202: answers[202] },
    examples: {
      tagged: {
        summary: "Everybody gets a tag",
        body: { filter: {}, change: { action: "add_tags", tags: ["newsletter"] }, name: "June" },
        status: 202,
        answer: queued,
      },
      nobodyNamed: { ...nobodyNamed, body: { change: { action: "unsubscribe" } } },
      noUpload: { ...noUpload, body: { uploadId: nobody.id, change: { action: "unsubscribe" } } },
    },
  },
];
