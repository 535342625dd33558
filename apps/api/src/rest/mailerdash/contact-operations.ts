import { z } from "zod";
import { exampleTime } from "../../docs/example-people.ts";
import { json, type Operation } from "../../docs/operation.ts";
import { Contact, ContactList } from "./answers.ts";
import { ContactChange, NewContact } from "./contact-body.ts";
import { ContactPath, ListQuery } from "./wire.ts";

const path = "/v1/bulk/contacts";
const onePath = `${path}/{email}`;
const tag = "Contacts";

/** Ana in an answer. */
export const ana = {
  id: 1,
  email: "ana@example.com",
  name: "Ana Ruiz",
  metadata: { plan: "pro" },
  status: "active",
  key_id: "default",
  created_at: exampleTime,
  updated_at: exampleTime,
};

const csv = [
  "id,email,name,status,key_id,created_at,updated_at,metadata",
  `1,ana@example.com,Ana Ruiz,active,default,${exampleTime},${exampleTime},"{""plan"":""pro""}"`,
];

const nobody = {
  summary: "An email that no contact has",
  path: { email: "nobody@example.com" },
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
    description:
      "Newest first. With `format=csv` the answer is a file of everything that the filters select.",
    needs: "contacts:read",
    query: ListQuery,
    answers: {
      200: { description: "A page, or the file", content: { ...json(ContactList), "text/csv": z.string() } },
    },
    examples: {
      active: {
        summary: "Who may be mailed",
        query: { status: "active", limit: "10" },
        status: 200,
        answer: { contacts: [ana], total: 1, limit: 10, offset: 0 },
      },
      csv: {
        summary: "A file",
        query: { format: "csv", q: "ana" },
        status: 200,
        answer: `${csv.join("\n")}\n`,
        answerType: "text/csv",
      },
      badFormat: {
        summary: "A format that there is not",
        query: { format: "xml" },
        refusal: {
          code: "invalid",
          issues: [{ field: "format", code: "invalid_value", message: "The one format beside JSON is csv." }],
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
    description:
      "By its email. Absent fields stay as they are, `null` clears; `metadata` is merged by key. `key_id` may stand in the body too.",
    needs: "contacts:write",
    body: { content: json(NewContact) },
    idempotent: true,
    answers: { 201: { description: "The contact, created or updated", content: json(Contact) } },
    refusals: ["plan_limit_exceeded"],
    examples: {
      created: {
        summary: "A new contact",
        body: { email: "dan@example.com", name: "Dan", metadata: { plan: "free" } },
        status: 201,
        answer: { ...ana, id: 4, email: "dan@example.com", name: "Dan", metadata: { plan: "free" } },
      },
      updated: {
        summary: "A contact that is there",
        body: { email: "ana@example.com", metadata: { seats: 3 } },
        status: 201,
        answer: { ...ana, metadata: { plan: "pro", seats: 3 } },
      },
      badMetadata: {
        summary: "Metadata that is no object",
        body: { email: "ana@example.com", metadata: ["pro"] },
        refusal: {
          code: "invalid",
          issues: [{ field: "metadata", code: "invalid_type", message: "Custom attributes are an object." }],
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
    answers: { 200: { description: "The contact", content: json(Contact) } },
    examples: {
      found: { summary: "Ana", path: { email: "ana@example.com" }, status: 200, answer: ana },
      unknown: nobody,
    },
  },
  {
    id: "updateContact",
    tag,
    method: "patch",
    path: onePath,
    summary: "Change a contact",
    description: "Absent fields stay as they are, `null` clears. A `status` is set as it is named.",
    needs: "contacts:write",
    params: ContactPath,
    body: { content: json(ContactChange) },
    answers: { 200: { description: "The contact as it is now", content: json(Contact) } },
    examples: {
      unsubscribed: {
        summary: "Ana leaves",
        path: { email: "ana@example.com" },
        body: { status: "unsubscribed", metadata: { plan: null } },
        status: 200,
        answer: { ...ana, status: "unsubscribed", metadata: {} },
      },
      unknown: { ...nobody, body: { name: "Nobody" } },
    },
  },
  {
    id: "deleteContact",
    tag,
    method: "delete",
    path: onePath,
    summary: "Delete a contact",
    description: "If it was not active, a keyed hash of the address stays, so that no import mails it again.",
    needs: "contacts:write",
    params: ContactPath,
    answers: { 204: { description: "The contact is gone" } },
    examples: {
      deleted: { summary: "Ana", path: { email: "ana@example.com" }, status: 204, answer: null },
      unknown: nobody,
    },
  },
];
