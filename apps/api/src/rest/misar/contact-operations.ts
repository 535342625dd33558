import { ana as anaId, dan, exampleTime, nobody as nobodyId } from "../../docs/example-people.ts";
import { json, type Operation } from "../../docs/operation.ts";
import { ContactPage, Done, OneContact } from "./answers.ts";
import { ContactChange, NewContact } from "./contact-body.ts";
import { ContactPath, ListQuery } from "./wire.ts";

const path = "/api/v1/contacts";
const onePath = `${path}/{id}`;
const tag = "Contacts";

const ana = {
  id: anaId.id,
  email: "ana@example.com",
  firstName: "Ana",
  lastName: "Ruiz",
  phone: null,
  status: "subscribed",
  tags: ["spring"],
  customFields: { plan: "pro" },
  created_at: exampleTime,
  updated_at: exampleTime,
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
    description: "Newest first, by pages.",
    needs: "contacts:read",
    query: ListQuery,
    refusals: ["not_found"],
    answers: { 200: { description: "A page", content: json(ContactPage) } },
    examples: {
      subscribed: {
        summary: "Who may be mailed",
        query: { status: "subscribed", page: "1", limit: "20" },
        status: 200,
        answer: {
          success: true,
          contacts: [ana],
          data: [ana],
          pagination: { page: 1, limit: 20, total: 1, total_pages: 1, totalPages: 1 },
        },
      },
      noSegment: {
        summary: "A segment that there is not",
        query: { segment_id: nobodyId.id },
        refusal: { code: "not_found", what: "segment" },
      },
      badStatus: {
        summary: "A status that there is not",
        query: { status: "sleepy" },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "status",
              code: "invalid_value",
              message: "A status is subscribed, unsubscribed, bounced or complained.",
            },
          ],
        },
      },
    },
  },
  {
    id: "createContact",
    tag,
    method: "post",
    path,
    summary: "Create a contact",
    description: "An email that is there already is refused.",
    needs: "contacts:write",
    body: { content: json(NewContact) },
    idempotent: true,
    answers: { 201: { description: "The new contact", content: json(OneContact) } },
    refusals: ["plan_limit_exceeded"],
    examples: {
      created: {
        summary: "A new contact",
        body: { email: "dan@example.com", firstName: "Dan", tags: ["fair"], customFields: { plan: "free" } },
        status: 201,
        answer: {
          success: true,
          contact: {
            ...ana,
            id: dan.id,
            email: "dan@example.com",
            firstName: "Dan",
            lastName: null,
            tags: ["fair"],
            customFields: { plan: "free" },
          },
        },
      },
      exists: {
        summary: "An email that is there",
        body: { email: "ana@example.com" },
        refusal: { code: "contact_exists", email: "ana@example.com", contactId: anaId.id },
      },
      badStatus: {
        summary: "A status that there is not",
        body: { email: "dan@example.com", status: "active" },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "status",
              code: "invalid_value",
              message: "A status is subscribed, unsubscribed, bounced or complained.",
            },
          ],
        },
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
    answers: { 200: { description: "The contact", content: json(OneContact) } },
    examples: {
      found: {
        summary: "Ana",
        path: { id: anaId.id },
        status: 200,
        answer: { success: true, contact: ana },
      },
      unknown: nobody,
    },
  },
  {
    id: "updateContact",
    tag,
    method: "patch",
    path: onePath,
    summary: "Change a contact",
    description:
      "Absent fields stay as they are, `null` clears. Tags replace those that were there, `customFields` are merged by key.",
    needs: "contacts:write",
    params: ContactPath,
    body: { content: json(ContactChange) },
    answers: { 200: { description: "The contact as it is now", content: json(OneContact) } },
    examples: {
      unsubscribed: {
        summary: "Ana leaves",
        path: { id: anaId.id },
        body: { status: "unsubscribed", custom_fields: { plan: null } },
        status: 200,
        answer: { success: true, contact: { ...ana, status: "unsubscribed", customFields: {} } },
      },
      unknown: { ...nobody, body: { firstName: "Nobody" } },
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
    answers: { 200: { description: "The contact is gone", content: json(Done) } },
    examples: {
      deleted: { summary: "Ana", path: { id: anaId.id }, status: 200, answer: { success: true } },
      unknown: nobody,
    },
  },
];
