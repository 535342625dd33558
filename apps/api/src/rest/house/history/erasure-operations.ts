import { nothingErased } from "@roster/domain/history/erasure.ts";
import { z } from "zod";
import { doneErasure, exampleTime, nobody, startedJob } from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { manyOf, oneOf } from "../answers.ts";
import { ErasureAnswer } from "./erasure-answers.ts";
import { ErasureBody, ErasuresQuery } from "./erasures.ts";

const path = "/v1/erasures";
const tag = "Erasures";

const begun = {
  id: nobody.id,
  jobId: startedJob,
  done: false,
  requestedAt: exampleTime,
  finishedAt: null,
  removed: { ...nothingErased(), contacts: 1 },
};

/** The erasure of somebody of whom there was no contact. */
const done = {
  ...begun,
  id: doneErasure,
  done: true,
  finishedAt: exampleTime,
  removed: nothingErased(),
};

/** People who asked to be forgotten. */
export const erasureOperations: Operation[] = [
  {
    id: "startErasure",
    tag,
    method: "post",
    path,
    summary: "Erase a person",
    description:
      "By the address, whether there is a contact or not. The contact goes at once with all its history; a job removes copies of the address from files, reports and kept answers. A keyed hash stays, so that no import mails it again.",
    needs: "contacts:write",
    body: { content: json(ErasureBody) },
    idempotent: true,
    answers: {
      202: {
        description: "The contact is gone, copies are being looked for",
        content: json(oneOf(ErasureAnswer)),
      },
    },
    examples: {
      ana: {
        summary: "Ana asked to be forgotten",
        body: { email: "Ana@example.com" },
        status: 202,
        answer: { success: true, data: begun },
      },
      noAddress: {
        summary: "No address",
        body: { email: "ana" },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "email",
              code: "no_at",
              message: "The address has no @. Write it as name@domain.",
            },
          ],
        },
      },
    },
  },
  {
    id: "listErasures",
    tag,
    method: "get",
    path,
    summary: "List erasures",
    description: "Newest first. Of whom is kept nowhere.",
    needs: "contacts:read",
    query: ErasuresQuery,
    answers: { 200: { description: "A page", content: json(manyOf(ErasureAnswer)) } },
    examples: {
      all: {
        summary: `After ${doneErasure}`,
        query: { limit: "50" },
        status: 200,
        answer: { success: true, data: [done], cursor: null, hasMore: false },
      },
    },
  },
  {
    id: "getErasure",
    tag,
    method: "get",
    path: `${path}/{id}`,
    summary: "See whether an erasure is done",
    needs: "contacts:read",
    params: z.object({ id: z.string().describe("The erasure's id, a UUID.") }),
    answers: { 200: { description: "The erasure", content: json(oneOf(ErasureAnswer)) } },
    examples: {
      done: {
        summary: "Every copy is gone",
        path: { id: doneErasure },
        status: 200,
        answer: { success: true, data: done },
      },
      unknown: {
        summary: "An id that no erasure has",
        path: { id: nobody.id },
        refusal: { code: "not_found", what: "erasure" },
      },
    },
  },
];
