import { z } from "zod";
import { exampleTime } from "../../docs/example-people.ts";
import { json, type Operation } from "../../docs/operation.ts";
import { Contact } from "./answers.ts";
import { ana } from "./contact-operations.ts";
import { ListBody, ListedContactPath, ListedQuery, ListIdsBody, ListPath, MembersBody } from "./list-body.ts";

const path = "/v1/bulk/lists";
const onePath = `${path}/{id}`;
const tag = "Lists";

/** A list in an answer. */
export const List = z.object({
  id: z.string().describe("Its short name, which its first name gave it; it stays."),
  name: z.string(),
  key_id: z.string().describe("The slug of the tenant."),
  contact_count: z.int(),
  created_at: z.iso.datetime(),
});

const ListWithContacts = List.extend({
  contacts: z.array(Contact).describe("Newest first."),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
  totalIsEstimate: z.literal(true).optional(),
});

const spring = {
  id: "spring-fair",
  name: "Spring fair",
  key_id: "default",
  contact_count: 2,
  created_at: exampleTime,
};

const noList = {
  summary: "A list that is not there",
  path: { id: "nowhere" },
  refusal: { code: "not_found", what: "list" },
} as const;

/** Static lists, by their short names. */
export const listOperations: Operation[] = [
  {
    id: "listLists",
    tag,
    method: "get",
    path,
    summary: "List the lists",
    description: "All of them, newest first.",
    needs: "contacts:read",
    answers: { 200: { description: "The lists", content: json(z.array(List)) } },
    examples: { all: { summary: "There is one", status: 200, answer: [spring] } },
  },
  {
    id: "createList",
    tag,
    method: "post",
    path,
    summary: "Make a list",
    needs: "contacts:write",
    body: { content: json(ListBody) },
    idempotent: true,
    answers: { 201: { description: "The list", content: json(List) } },
    examples: {
      created: {
        summary: "For the autumn",
        body: { name: "Autumn fair" },
        status: 201,
        answer: { ...spring, id: "autumn-fair", name: "Autumn fair", contact_count: 0 },
      },
      taken: {
        summary: "A name that another list has",
        body: { name: "Spring fair" },
        refusal: { code: "name_taken", what: "list", name: "Spring fair" },
      },
    },
  },
  {
    id: "getList",
    tag,
    method: "get",
    path: onePath,
    summary: "Get a list with its contacts",
    needs: "contacts:read",
    params: ListPath,
    query: ListedQuery,
    answers: {
      200: { description: "The list, and a page of who is on it", content: json(ListWithContacts) },
    },
    examples: {
      active: {
        summary: "Those who may be mailed",
        path: { id: "spring-fair" },
        query: { status: "active" },
        status: 200,
        answer: { ...spring, contacts: [ana], total: 1, limit: 100, offset: 0 },
      },
      unknown: noList,
    },
  },
  {
    id: "renameList",
    tag,
    method: "patch",
    path: onePath,
    summary: "Rename a list",
    description: "Its `id` stays.",
    needs: "contacts:write",
    params: ListPath,
    body: { content: json(ListBody) },
    answers: { 200: { description: "The list as it is now", content: json(List) } },
    examples: {
      renamed: {
        summary: "Another name",
        path: { id: "spring-fair" },
        body: { name: "Fairs" },
        status: 200,
        answer: { ...spring, name: "Fairs" },
      },
      unknown: { ...noList, body: { name: "Fairs" } },
    },
  },
  {
    id: "deleteList",
    tag,
    method: "delete",
    path: onePath,
    summary: "Delete a list",
    description: "Its contacts stay.",
    needs: "contacts:write",
    params: ListPath,
    answers: { 204: { description: "The list is gone" } },
    examples: {
      deleted: { summary: "The spring's", path: { id: "spring-fair" }, status: 204, answer: null },
      unknown: noList,
    },
  },
  {
    id: "deleteLists",
    tag,
    method: "post",
    path: `${path}/delete`,
    summary: "Delete lists",
    description: "All of them or, where one is not there, none.",
    needs: "contacts:write",
    body: { content: json(ListIdsBody) },
    idempotent: true,
    answers: { 200: { description: "How many", content: json(z.object({ deleted: z.int() })) } },
    refusals: ["too_many_items"],
    examples: {
      deleted: {
        summary: "One list",
        body: { ids: ["spring-fair"] },
        status: 200,
        answer: { deleted: 1 },
      },
      unknown: {
        summary: "One that is there, one that is not",
        body: { ids: ["spring-fair", "nowhere"] },
        refusal: { code: "not_found", what: "list" },
      },
    },
  },
  {
    id: "addToList",
    tag,
    method: "post",
    path: `${onePath}/contacts`,
    summary: "Put contacts on a list",
    description: "Contacts that are there already; nobody is created. At most 10,000 in one request.",
    needs: "contacts:write",
    params: ListPath,
    body: { content: json(MembersBody) },
    idempotent: true,
    answers: {
      200: {
        description: "How many came on",
        content: json(
          z.object({
            added: z.int().describe("Contacts that were not on the list."),
            not_found: z.array(z.string()).describe("Addresses that no contact has, as they were sent."),
          }),
        ),
      },
    },
    refusals: ["too_many_items"],
    examples: {
      added: {
        summary: "One who comes on, one who is on it, one whom nobody knows",
        path: { id: "spring-fair" },
        body: { emails: ["cara@example.com", "ana@example.com", "nobody@example.com"] },
        status: 200,
        answer: { added: 1, not_found: ["nobody@example.com"] },
      },
      unknown: { ...noList, body: { emails: ["ana@example.com"] } },
    },
  },
  {
    id: "removeFromList",
    tag,
    method: "delete",
    path: `${onePath}/contacts/{email}`,
    summary: "Take a contact off a list",
    needs: "contacts:write",
    params: ListedContactPath,
    answers: { 204: { description: "It is off" } },
    examples: {
      removed: {
        summary: "Bo",
        path: { id: "spring-fair", email: "bo@example.com" },
        status: 204,
        answer: null,
      },
      notOn: {
        summary: "Cara is not on it",
        path: { id: "spring-fair", email: "cara@example.com" },
        refusal: { code: "not_found", what: "contact" },
      },
    },
  },
  {
    id: "duplicateList",
    tag,
    method: "post",
    path: `${onePath}/duplicate`,
    summary: "Duplicate a list",
    description: "A new list of everybody who is on this one now.",
    needs: "contacts:write",
    params: ListPath,
    idempotent: true,
    answers: { 201: { description: "The copy", content: json(List) } },
    examples: {
      copied: {
        summary: "Called after the list",
        path: { id: "spring-fair" },
        status: 201,
        answer: { ...spring, id: "spring-fair-copy", name: "Spring fair (copy)" },
      },
      unknown: noList,
    },
  },
];
