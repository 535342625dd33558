import { bo, exampleTime, nobody, ownerKey, suppressedFay } from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { Done } from "../answers.ts";
import { Checked, SuppressionPage, SuppressionReport } from "./suppression-answers.ts";
import {
  CheckBody,
  NewSuppressions,
  RemovalQuery,
  SuppressionPath,
  SuppressionsQuery,
} from "./suppression-body.ts";

const path = "/v1/suppressions";
const tag = "Suppressions";

const entry = {
  id: suppressedFay,
  status: "complained",
  reason: "added",
  source: ownerKey,
  createdAt: exampleTime,
};

const forced = {
  code: "invalid",
  issues: [
    {
      field: "force",
      code: "force_needed",
      message:
        "This person complained about mail. Send force as true if they have agreed to be mailed again.",
    },
  ],
} as const;

/** Addresses that are not to be mailed, whether there is a contact or not. */
export const suppressionOperations: Operation[] = [
  {
    id: "listSuppressions",
    tag,
    method: "get",
    path,
    summary: "List suppressed addresses",
    description:
      "Newest first. Of an address only a keyed hash is kept, so that the list cannot be read back: ask for one by `email`.",
    needs: "contacts:read",
    query: SuppressionsQuery,
    answers: { 200: { description: "A page", content: json(SuppressionPage) } },
    examples: {
      one: {
        summary: "Whether one address is on it",
        query: { email: "Fay@example.com" },
        status: 200,
        answer: {
          success: true,
          data: [{ ...entry, email: "fay@example.com" }],
          cursor: null,
          hasMore: false,
        },
      },
      complained: {
        summary: "Who complained",
        query: { status: "complained", limit: "50" },
        status: 200,
        answer: { success: true, data: [{ ...entry, email: null }], cursor: null, hasMore: false },
      },
    },
  },
  {
    id: "addSuppressions",
    tag,
    method: "post",
    path,
    summary: "Suppress addresses",
    description:
      "One as `email` or up to 10,000 as `emails`; a file of any size is imported with `target=suppressions`. Contacts that have them get the same status. Nobody's status gets looser.",
    needs: "contacts:write",
    body: { content: json(NewSuppressions) },
    idempotent: true,
    answers: { 200: { description: "What became of the addresses", content: json(SuppressionReport) } },
    refusals: ["too_many_items"],
    examples: {
      one: {
        summary: "One address",
        body: { email: "dan@example.com", status: "bounced", reason: "mailbox gone" },
        status: 200,
        answer: { success: true, created: 1, updated: 0, unchanged: 0, duplicate: 0, failed: 0, errors: [] },
      },
      many: {
        summary: "A list, with one that is no address",
        body: { emails: ["ana@example.com", "fay@example.com", "nonsense"] },
        status: 200,
        answer: {
          success: true,
          created: 1,
          updated: 0,
          unchanged: 1,
          duplicate: 0,
          failed: 1,
          errors: [
            {
              index: 2,
              email: "nonsense",
              field: "email",
              code: "email_invalid",
              message: "The address has no @. Write it as name@domain.",
            },
          ],
        },
      },
      nobody: {
        summary: "Neither email nor emails",
        body: {},
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "email",
              code: "addresses_unclear",
              message: "Send email for one address or emails for many: one of them.",
            },
          ],
        },
      },
    },
  },
  {
    id: "checkSuppressions",
    tag,
    method: "post",
    path: `${path}/check`,
    summary: "Check whether addresses may be mailed",
    description: "Against the list and against the contacts, up to 10,000 at once. It changes nothing.",
    needs: "contacts:read",
    body: { content: json(CheckBody) },
    answers: { 200: { description: "Each address once", content: json(Checked) } },
    refusals: ["too_many_items"],
    examples: {
      checked: {
        summary: "By an entry, by a contact, not at all",
        body: { emails: ["fay@example.com", "bo@example.com", "Ana@example.com", "nonsense"] },
        status: 200,
        answer: {
          success: true,
          data: {
            suppressed: [
              { email: "fay@example.com", status: "complained", entry, contact: null },
              {
                email: "bo@example.com",
                status: "unsubscribed",
                entry: null,
                contact: { id: bo.houseId, status: "unsubscribed" },
              },
            ],
            clear: ["ana@example.com"],
            invalid: ["nonsense"],
          },
        },
      },
    },
  },
  {
    id: "removeSuppression",
    tag,
    method: "delete",
    path: `${path}/{id}`,
    summary: "Take an address off the list",
    description:
      "By the entry's id or by the address. A contact that has the address keeps its status; change that by itself.",
    needs: "contacts:write",
    params: SuppressionPath,
    query: RemovalQuery,
    answers: { 200: { description: "The address is off the list", content: json(Done) } },
    refusals: ["invalid"],
    examples: {
      forced: {
        summary: "Fay, who complained, wants to be mailed again",
        path: { id: suppressedFay },
        query: { force: "true" },
        status: 200,
        answer: { success: true },
      },
      complained: {
        summary: "The same without force",
        path: { id: suppressedFay },
        refusal: forced,
      },
      unknown: {
        summary: "An address that is not on the list",
        path: { id: nobody.id },
        refusal: { code: "not_found", what: "suppression" },
      },
    },
  },
];
