import { z } from "zod";
import {
  ana as anaId,
  bo as boId,
  doneMerge,
  eve as eveId,
  exampleTime,
  newMerge,
  nobody,
} from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { manyOf, oneOf, Time } from "../answers.ts";
import { ContactAnswer } from "../contacts/contact-answers.ts";
import { ana } from "../contacts/contact-operations.ts";
import { MergeBody, MergePath, MergesQuery, UndoMergeBody } from "./merges.ts";

const path = "/v1/contacts/merges";
const tag = "Duplicates";

const MergeAnswer = z.object({
  id: z.uuid(),
  keptId: z.string().describe("The contact that stayed."),
  merged: z
    .array(
      z.object({
        id: z.string(),
        email: z.string().nullable().describe("For as long as the merge can be undone."),
      }),
    )
    .describe("Who was merged into it, in order."),
  createdAt: Time,
  undoneAt: Time.nullable(),
  undoable: z
    .boolean()
    .describe("Whether what its undo needs is still kept: for 30 days, unless set otherwise."),
});

const Merged = z.object({
  merge: MergeAnswer.nullable().describe("`null` for a dry run."),
  contact: ContactAnswer.describe("The contact that stays, as it is or would be."),
});

const Undone = z.object({
  merge: MergeAnswer,
  contact: ContactAnswer.describe("The contact that had been kept, as it is now."),
  returned: z.array(ContactAnswer).describe("Who is there again."),
  rest: z
    .array(
      z.object({
        field: z.string(),
        code: z.enum(["changed_since", "status_kept", "left_list"]),
        message: z.string(),
      }),
    )
    .describe("What of the merge stays, because somebody changed it since, and why."),
});

const phone = "+49 30 987654";
const eve = {
  ...ana,
  ...{ id: eveId.houseId, email: "eve@example.com", name: null, firstName: null, lastName: null, phone },
  ...{ tags: [], metadata: {}, externalId: null, locale: null },
};
const made = {
  id: doneMerge,
  keptId: anaId.houseId,
  merged: [{ id: eveId.houseId, email: "eve@example.com" }],
  createdAt: exampleTime,
  undoneAt: null,
  undoable: true,
};
const withBo = { ...made, id: newMerge, merged: [{ id: boId.houseId, email: "bo@example.com" }] };
const wish = { keep: anaId.houseId, merge: [boId.houseId] };
const both = { ...ana, status: "unsubscribed" };
const unknown = { code: "not_found", what: "merge" } as const;

/** Contacts that become one, and part again. */
export const mergeOperations: Operation[] = [
  {
    id: "mergeContacts",
    tag,
    method: "post",
    path,
    summary: "Make several contacts one",
    description:
      "The kept contact's own values win; empty fields, attributes and tags come from the others, in their order. The status is the strictest of all. Events, campaigns, history and places on lists become the kept one's; the others are deleted. Two externalIds are a conflict. In one transaction, and it can be undone.",
    needs: "contacts:write",
    body: { content: json(MergeBody) },
    idempotent: true,
    answers: {
      200: { description: "A dry run", content: json(oneOf(Merged)) },
      201: { description: "The merge", content: json(oneOf(Merged)) },
    },
    examples: {
      merge: {
        summary: "Ana and Bo are one person, who has unsubscribed as Bo",
        body: wish,
        status: 201,
        answer: { success: true, data: { merge: withBo, contact: both } },
      },
      dryRun: {
        summary: "What Ana would be",
        body: { ...wish, dryRun: true },
        status: 200,
        answer: { success: true, data: { merge: null, contact: both } },
      },
      nobody: {
        summary: "An id that no contact has",
        body: { ...wish, merge: [nobody.houseId] },
        refusal: {
          code: "invalid",
          issues: [
            { field: "merge.0", code: "contact_unknown", message: "There is no contact with this id." },
          ],
        },
      },
    },
  },
  {
    id: "listMerges",
    tag,
    method: "get",
    path,
    summary: "List merges",
    description: "Newest first, also those that were undone.",
    needs: "contacts:read",
    query: MergesQuery,
    answers: { 200: { description: "A page", content: json(manyOf(MergeAnswer)) } },
    examples: {
      all: {
        summary: "Eve was merged into Ana",
        status: 200,
        answer: { success: true, data: [made], cursor: null, hasMore: false },
      },
    },
  },
  {
    id: "getMerge",
    tag,
    method: "get",
    path: `${path}/{id}`,
    summary: "Get a merge",
    needs: "contacts:read",
    params: MergePath,
    answers: { 200: { description: "The merge", content: json(oneOf(MergeAnswer)) } },
    examples: {
      made: {
        summary: "Eve was merged into Ana",
        path: { id: doneMerge },
        status: 200,
        answer: { success: true, data: made },
      },
      unknown: { summary: "An id that no merge has", path: { id: nobody.id }, refusal: unknown },
    },
  },
  {
    id: "undoMerge",
    tag,
    method: "post",
    path: `${path}/{id}/undo`,
    summary: "Undo a merge",
    description:
      "Who was merged comes back as they were, with their ids, history and lists; the kept contact loses what it had from them, but for what somebody changed since, which `rest` names. What came after the merge stays with the kept one. No status gets looser. Refused when an address or externalId is somebody else's by now, and before later merges of the same contact are undone.",
    needs: "contacts:write",
    params: MergePath,
    body: { content: json(UndoMergeBody), description: "Empty, or `{}`." },
    idempotent: true,
    answers: { 200: { description: "What came of it", content: json(oneOf(Undone)) } },
    examples: {
      undo: {
        summary: "Eve is there again",
        path: { id: doneMerge },
        body: {},
        status: 200,
        answer: {
          success: true,
          data: {
            merge: {
              ...made,
              merged: [{ id: eveId.houseId, email: null }],
              undoneAt: exampleTime,
              undoable: false,
            },
            contact: ana,
            returned: [eve],
            rest: [],
          },
        },
      },
      unknown: { summary: "An id that no merge has", path: { id: nobody.id }, body: {}, refusal: unknown },
    },
  },
];
