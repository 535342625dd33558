import { ana as anaId, bo, cara, nobody, springList } from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { Done } from "../answers.ts";
import { ana } from "../contacts/contact-operations.ts";
import { Added, ListedContacts, Removed } from "./list-answers.ts";
import { ListedContactPath, ListedQuery, ListPath, MembersBody } from "./list-body.ts";
import { noList } from "./list-operations.ts";

const path = "/v1/lists/{id}/contacts";
const tag = "Lists";
const spring = { id: springList };
const many =
  "By `ids` or by `emails`, at most 10,000. For more, change many contacts by a filter, or import them.";

/** Who is on a list. */
export const listContactOperations: Operation[] = [
  {
    id: "listedContacts",
    tag,
    method: "get",
    path,
    summary: "List the contacts of a list",
    description: "Newest first. `GET /v1/contacts?listId=…` has them too, with more filters and orders.",
    needs: "contacts:read",
    params: ListPath,
    query: ListedQuery,
    answers: { 200: { description: "A page", content: json(ListedContacts) } },
    examples: {
      active: {
        summary: "Those who may be mailed",
        path: spring,
        query: { status: "active" },
        status: 200,
        answer: { success: true, data: [ana], cursor: null, hasMore: false, total: 1 },
      },
      unknown: noList,
    },
  },
  {
    id: "addToList",
    tag,
    method: "post",
    path,
    summary: "Put contacts on a list",
    description: many,
    needs: "contacts:write",
    params: ListPath,
    body: { content: json(MembersBody) },
    idempotent: true,
    answers: { 200: { description: "How many came on", content: json(Added) } },
    refusals: ["too_many_items"],
    examples: {
      ids: {
        summary: "By their ids",
        path: spring,
        body: { ids: [anaId.houseId, cara.houseId, nobody.houseId] },
        status: 200,
        answer: { success: true, data: { added: 1, alreadyOn: 1, notFound: [nobody.houseId] } },
      },
      emails: {
        summary: "By their emails",
        path: spring,
        body: { emails: ["Cara@example.com"] },
        status: 200,
        answer: { success: true, data: { added: 1, alreadyOn: 0, notFound: [] } },
      },
      unknown: { ...noList, body: { ids: [anaId.houseId] } },
      nobodyNamed: {
        summary: "Neither ids nor emails",
        path: spring,
        body: {},
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "body",
              code: "subjects_unclear",
              message: "Say whom you mean by ids or by emails: by one of them.",
            },
          ],
        },
      },
    },
  },
  {
    id: "removeFromList",
    tag,
    method: "delete",
    path,
    summary: "Take contacts off a list",
    description: many,
    needs: "contacts:write",
    params: ListPath,
    body: { content: json(MembersBody) },
    answers: { 200: { description: "How many went off", content: json(Removed) } },
    refusals: ["too_many_items"],
    examples: {
      ids: {
        summary: "By their ids",
        path: spring,
        body: { ids: [bo.houseId, cara.houseId] },
        status: 200,
        answer: { success: true, data: { removed: 1, notOn: 1, notFound: [] } },
      },
      unknown: { ...noList, body: { ids: [anaId.houseId] } },
    },
  },
  {
    id: "removeOneFromList",
    tag,
    method: "delete",
    path: `${path}/{contactId}`,
    summary: "Take one contact off a list",
    needs: "contacts:write",
    params: ListedContactPath,
    answers: { 200: { description: "It is off", content: json(Done) } },
    examples: {
      removed: {
        summary: "Bo",
        path: { ...spring, contactId: bo.houseId },
        status: 200,
        answer: { success: true },
      },
      notOn: {
        summary: "Cara is not on it",
        path: { ...spring, contactId: cara.houseId },
        refusal: { code: "not_found", what: "contact" },
      },
    },
  },
];
