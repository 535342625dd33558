import { ana as anaId, bo, dan, exampleTime, nobody as nobodyId } from "../../docs/example-people.ts";
import { json, type Operation } from "../../docs/operation.ts";
import { Contact, ContactPage, WrittenContact } from "./answers.ts";
import { ContactChange, NewContact } from "./contact-body.ts";
import { ContactPath, ListQuery } from "./wire.ts";

const path = "/contacts";
const onePath = `${path}/{id}`;
const tag = "Contacts";

export const ana = {
  id: anaId.id,
  email: "ana@example.com",
  subscribed: true,
  data: { plan: "pro", firstName: "Ana", lastName: "Ruiz", locale: "en", tags: ["spring"] },
  createdAt: exampleTime,
  updatedAt: exampleTime,
};

const nobody = {
  summary: "An id that no contact has",
  path: { id: nobodyId.id },
  refusal: { code: "not_found", what: "contact" },
} as const;

/** One contact at a time, and the list. */
export const contactOperations: Operation[] = [
  {
    id: "listContacts",
    tag,
    method: "get",
    path,
    summary: "List contacts",
    description: "Newest first, by a cursor.",
    needs: "contacts:read",
    query: ListQuery,
    answers: { 200: { description: "A page", content: json(ContactPage) } },
    examples: {
      subscribed: {
        summary: "Who may be mailed",
        query: { subscribed: "true", limit: "20" },
        status: 200,
        answer: { contacts: [ana], data: [ana], cursor: null, hasMore: false, total: 1 },
      },
      badCursor: {
        summary: "A cursor of another list",
        query: { cursor: "MQ" },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "cursor",
              code: "cursor_invalid",
              message: "The cursor is not one that this list gave out. Start again without a cursor.",
            },
          ],
        },
      },
    },
  },
  {
    id: "upsertContact",
    tag,
    method: "post",
    path,
    summary: "Create or update a contact",
    description: "By its email. A new contact is subscribed unless `subscribed` says otherwise.",
    needs: "contacts:write",
    body: { content: json(NewContact) },
    idempotent: true,
    answers: {
      200: { description: "A contact that was there, as it is now", content: json(WrittenContact) },
      201: { description: "The new contact", content: json(WrittenContact) },
    },
    refusals: ["plan_limit_exceeded"],
    examples: {
      created: {
        summary: "A new contact",
        body: { email: "dan@example.com", data: { plan: "free", firstName: "Dan" } },
        status: 201,
        answer: {
          ...ana,
          id: dan.id,
          email: "dan@example.com",
          data: { plan: "free", firstName: "Dan" },
          _meta: { isNew: true, isUpdate: false },
        },
      },
      updated: {
        summary: "A contact that is there",
        body: { email: "ana@example.com", data: { plan: null, seats: 3 } },
        status: 200,
        answer: {
          ...ana,
          data: { seats: 3, firstName: "Ana", lastName: "Ruiz", locale: "en", tags: ["spring"] },
          _meta: { isNew: false, isUpdate: true },
        },
      },
      noEmail: {
        summary: "No email",
        body: { subscribed: true },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "email",
              code: "invalid_type",
              message: "The email is missing. Send one, such as ann@example.com.",
            },
          ],
        },
      },
      badData: {
        summary: "Data that is no object",
        body: { email: "ana@example.com", data: ["pro"] },
        refusal: {
          code: "invalid",
          issues: [{ field: "data", code: "custom", message: "data is an object." }],
        },
      },
      bounced: {
        summary: "An address that bounced is not brought back by a boolean",
        body: { email: "cara@example.com", subscribed: true },
        refusal: { code: "cannot_reactivate", current: "bounced" },
      },
    },
  },
  {
    id: "getContact",
    tag,
    method: "get",
    path: onePath,
    summary: "Get a contact",
    needs: "contacts:read",
    params: ContactPath,
    answers: { 200: { description: "The contact", content: json(Contact) } },
    examples: {
      found: { summary: "Ana", path: { id: anaId.id }, status: 200, answer: ana },
      unknown: nobody,
    },
  },
  {
    id: "updateContact",
    tag,
    method: "patch",
    path: onePath,
    summary: "Change a contact",
    description: "Absent fields stay as they are. Tags replace those that were there.",
    needs: "contacts:write",
    params: ContactPath,
    body: { content: json(ContactChange) },
    answers: { 200: { description: "The contact as it is now", content: json(Contact) } },
    refusals: ["cannot_reactivate"],
    examples: {
      unsubscribed: {
        summary: "Ana leaves",
        path: { id: anaId.id },
        body: { subscribed: false },
        status: 200,
        answer: { ...ana, subscribed: false },
      },
      taken: {
        summary: "An email that another contact has",
        path: { id: bo.id },
        body: { email: "ana@example.com" },
        refusal: { code: "email_taken", email: "ana@example.com", contactId: anaId.id },
      },
      unknown: { ...nobody, body: { subscribed: false } },
    },
  },
  {
    id: "deleteContact",
    tag,
    method: "delete",
    path: onePath,
    summary: "Delete a contact",
    description:
      "If it was not subscribed, a keyed hash of the address stays, so that no import mails it again.",
    needs: "contacts:write",
    params: ContactPath,
    answers: { 204: { description: "The contact is gone" } },
    examples: {
      deleted: { summary: "Ana", path: { id: anaId.id }, status: 204, answer: null },
      unknown: nobody,
    },
  },
];
