import { ana, exampleTime, newList, nobody, springList } from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { Done } from "../answers.ts";
import { ContactPath } from "../contacts/contact-query.ts";
import { ListsOfContact, ListsPage, OneList } from "./list-answers.ts";
import { DuplicateBody, ListBody, ListPath, ListsQuery } from "./list-body.ts";

const path = "/v1/lists";
const onePath = `${path}/{id}`;
const tag = "Lists";

const spring = {
  id: springList,
  slug: "spring-fair",
  name: "Spring fair",
  contactCount: 2,
  createdAt: exampleTime,
  updatedAt: exampleTime,
};
const autumn = { ...spring, id: newList, slug: "autumn-fair", name: "Autumn fair", contactCount: 0 };

/** A list that is not there, for whatever names one in its path. */
export const noList = {
  summary: "A list that is not there",
  path: { id: nobody.id },
  refusal: { code: "not_found", what: "list" },
} as const;

const taken = { code: "name_taken", what: "list", name: "Spring fair" } as const;

/** Static lists. */
export const listOperations: Operation[] = [
  {
    id: "listLists",
    tag,
    method: "get",
    path,
    summary: "List the lists",
    description: "Newest first.",
    needs: "contacts:read",
    query: ListsQuery,
    answers: { 200: { description: "A page", content: json(ListsPage) } },
    examples: {
      all: {
        summary: "There is one",
        status: 200,
        answer: { success: true, data: [spring], cursor: null, hasMore: false },
      },
    },
  },
  {
    id: "createList",
    tag,
    method: "post",
    path,
    summary: "Make a list",
    description: "It is empty. No two lists have the same name.",
    needs: "contacts:write",
    body: { content: json(ListBody) },
    idempotent: true,
    answers: { 201: { description: "The list", content: json(OneList) } },
    examples: {
      created: {
        summary: "For the autumn",
        body: { name: "Autumn fair" },
        status: 201,
        answer: { success: true, data: autumn },
      },
      taken: { summary: "A name that another list has", body: { name: "Spring fair" }, refusal: taken },
    },
  },
  {
    id: "getList",
    tag,
    method: "get",
    path: onePath,
    summary: "Get a list",
    needs: "contacts:read",
    params: ListPath,
    answers: { 200: { description: "The list", content: json(OneList) } },
    examples: {
      found: {
        summary: "With two contacts",
        path: { id: springList },
        status: 200,
        answer: { success: true, data: spring },
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
    description: "Its id and its short name stay.",
    needs: "contacts:write",
    params: ListPath,
    body: { content: json(ListBody) },
    answers: { 200: { description: "The list as it is now", content: json(OneList) } },
    examples: {
      renamed: {
        summary: "Another name",
        path: { id: springList },
        body: { name: "Fairs" },
        status: 200,
        answer: { success: true, data: { ...spring, name: "Fairs" } },
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
    answers: { 200: { description: "It is gone", content: json(Done) } },
    examples: {
      deleted: {
        summary: "The spring's",
        path: { id: springList },
        status: 200,
        answer: { success: true },
      },
      unknown: noList,
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
    body: { content: json(DuplicateBody), description: "May be left out." },
    idempotent: true,
    answers: { 201: { description: "The copy", content: json(OneList) } },
    examples: {
      named: {
        summary: "Under a name of its own",
        path: { id: springList },
        body: { name: "Autumn fair" },
        status: 201,
        answer: { success: true, data: { ...autumn, contactCount: 2 } },
      },
      unnamed: {
        summary: "Called after the list",
        path: { id: springList },
        status: 201,
        answer: {
          success: true,
          data: { ...spring, id: newList, slug: "spring-fair-copy", name: "Spring fair (copy)" },
        },
      },
      unknown: { ...noList, body: {} },
    },
  },
  {
    id: "listsOfContact",
    tag,
    method: "get",
    path: "/v1/contacts/{id}/lists",
    summary: "The lists that a contact is on",
    description: "By their names.",
    needs: "contacts:read",
    params: ContactPath,
    answers: { 200: { description: "All of them", content: json(ListsOfContact) } },
    examples: {
      ana: {
        summary: "Ana's",
        path: { id: ana.houseId },
        status: 200,
        answer: { success: true, data: [{ ...spring, addedAt: exampleTime }] },
      },
      unknown: {
        summary: "An id that no contact has",
        path: { id: nobody.houseId },
        refusal: { code: "not_found", what: "contact" },
      },
    },
  },
];
